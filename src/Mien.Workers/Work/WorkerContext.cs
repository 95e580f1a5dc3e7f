namespace Mien.Workers;

/// <summary>What the parts of a worker share.</summary>
/// <param name="Store">The jobs and records.</param>
/// <param name="Queue">The messages.</param>
/// <param name="Processor">Processes the photos.</param>
/// <param name="Options">How the worker works.</param>
/// <param name="Time">The clock.</param>
/// <param name="Observer">Is told what happens.</param>
/// <param name="Calls">Makes the calls of the server.</param>
internal sealed record WorkerContext(
    IJobStore Store,
    IWorkQueue Queue,
    IShardProcessor Processor,
    WorkerOptions Options,
    TimeProvider Time,
    IWorkerObserver Observer,
    PatientCalls Calls
);
