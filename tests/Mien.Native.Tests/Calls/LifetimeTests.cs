namespace Mien.Native.Tests;

/// <summary>Threads and lifetimes.</summary>
public abstract unsafe class LifetimeTests(Func<MienApi> api)
{
    private readonly Lazy<MienApi> made = new(api);
    private readonly byte[] crop = SampleFaces.CropFile(Expression.Surprise);

    private MienApi Api => made.Value;

    [Fact]
    public void Two_threads_share_a_recognizer()
    {
        ulong recognizer = Api.Recognizer();
        ulong first = Api.OfBytes(recognizer, crop);
        string expected = Api.Json(first);
        var differing = new List<string>();
        Parallel(_ =>
        {
            for (int i = 0; i < 100; i++)
            {
                ulong result = Api.OfBytes(recognizer, crop);
                string json = Api.Json(result);
                Api.Check(Api.ResultFree(result));
                if (json != expected)
                {
                    lock (differing)
                    {
                        differing.Add(json);
                    }
                }
            }
        });
        Assert.Empty(differing);
        Api.Check(Api.ResultFree(first));
        Api.Check(Api.Destroy(recognizer));
    }

    [Fact]
    public void A_recognizer_that_is_destroyed_during_calls_ends_them_with_a_result_or_an_error()
    {
        for (int round = 0; round < 10; round++)
        {
            ulong recognizer = Api.Recognizer();
            int destroyed = 0;
            var wrong = new List<string>();
            Parallel(thread =>
            {
                if (thread == 0)
                {
                    Thread.Sleep(5);
                    Api.Check(Api.Destroy(recognizer));
                    return;
                }

                for (int i = 0; i < 100_000 && Volatile.Read(ref destroyed) == 0; i++)
                {
                    ulong result;
                    int status;
                    fixed (byte* data = crop)
                    {
                        status = Api.RecognizeBytes(recognizer, data, (nuint)crop.Length, null, &result);
                    }

                    if (status == 0)
                    {
                        Api.Check(Api.ResultFree(result));
                    }
                    else
                    {
                        Volatile.Write(ref destroyed, 1);
                        if (Api.Code != "handleDestroyed" || result != 0)
                        {
                            wrong.Add(Api.Code);
                        }
                    }
                }
            });
            Assert.Empty(wrong);
            Assert.Equal(1, destroyed);
        }
    }

    private static void Parallel(Action<int> work)
    {
        var failures = new List<Exception>();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, 2)
                .Select(i => new Thread(() =>
                {
                    try
                    {
                        work(i);
                    }
                    catch (Exception e)
                    {
                        lock (failures)
                        {
                            failures.Add(e);
                        }
                    }
                })),
        ];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Empty(failures);
    }
}

/// <summary>In the managed code, what is alive can be counted.</summary>
public sealed class ManagedLifetimeTests() : LifetimeTests(() => new ManagedApi())
{
    [Fact]
    public unsafe void Handles_and_native_objects_are_back_where_they_were_after_the_calls()
    {
        var api = new ManagedApi();
        byte[] crop = SampleFaces.CropFile(Expression.Surprise);
        (int handles, long objects) = (HandleTable.Count, NativeObjects.Alive);
        ulong recognizer = api.Recognizer();
        byte* label;
        api.Check(api.Label(recognizer, 3, &label));
        for (int i = 0; i < 50; i++)
        {
            ulong result = api.OfBytes(recognizer, crop);
            _ = api.Json(result);
            Assert.Equal(handles + 2, HandleTable.Count);
            api.Check(api.ResultFree(result));
        }

        Assert.True(NativeObjects.Alive > objects);
        api.Check(api.Destroy(recognizer));
        Assert.Equal((handles, objects), (HandleTable.Count, NativeObjects.Alive));
    }
}

public sealed class PublishedLifetimeTests() : LifetimeTests(() => new PublishedApi());
