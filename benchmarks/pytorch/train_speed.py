"""The PyTorch side of 'Mien.Training.Benchmarks --against-pytorch': trains a network in eager mode.

Reads a job as JSON from standard input (the nodes of the network, batch size, device, precision, numbers of steps) and
writes images per second, parameters and MACs as one line of JSON. The images are random bytes in the host's memory, as
a data loader would give them, without augmentation.
"""
import json, sys, time
import torch
from torch import nn
from torch.nn import functional as F

job = json.load(sys.stdin)
device, batch = torch.device(job["device"]), job["batchSize"]
if job["threads"] > 0:
    torch.set_num_threads(job["threads"])
ACTIVATIONS = {"Relu": F.relu, "Relu6": F.relu6, "Selu": F.selu, "Silu": F.silu, "HardSwish": F.hardswish,
               "Sigmoid": torch.sigmoid, "Tanh": torch.tanh}


def layer(kind, o):
    """The module of one node; None if forward() computes it."""
    if kind == "Conv":
        return nn.Conv2d(o["Channels"], o["Filters"], o["Kernel"], o["Stride"], 0, groups=o["Groups"], bias=o["Bias"])
    if kind == "BatchNorm":
        return (nn.BatchNorm2d if o["Is2D"] else nn.BatchNorm1d)(o["Channels"], o["Epsilon"], o["Momentum"])
    if kind == "Dense":
        return nn.Linear(o["Features"], o["Units"], bias=o["Bias"])
    return nn.Dropout(o["Rate"]) if kind == "Dropout" else None


class Network(nn.Module):
    def __init__(self, nodes):
        super().__init__()
        self.nodes, self.macs = nodes, 0
        self.layers = nn.ModuleList([layer(n["kind"], n["operator"]) or nn.Identity() for n in nodes])

    def forward(self, image):
        values = []
        for node, module in zip(self.nodes, self.layers):
            kind, o = node["kind"], node["operator"]
            inputs = [image if i < 0 else values[i] for i in node["inputs"]]
            x = inputs[0]
            if "Padding" in o and any(o["Padding"].values()):
                p = o["Padding"]
                least = float("-inf") if kind == "Pool" and o["Kind"] == "Max" else 0.0
                x = F.pad(x, (p["Left"], p["Right"], p["Top"], p["Bottom"]), value=least)
            if kind == "Activation":
                x = ACTIVATIONS[o["Function"]](x)
            elif kind == "Pool":
                x = (F.max_pool2d if o["Kind"] == "Max" else F.avg_pool2d)(x, o["Size"], o["Stride"])
            elif kind == "GlobalAveragePool":
                x = x.mean((2, 3))
            elif kind == "Flatten":
                x = x.flatten(1)
            elif kind == "Add":
                x = sum(inputs[1:], x)
            elif kind == "ChannelScale":
                x = x * inputs[1][:, :, None, None]
            elif kind in ("Conv", "BatchNorm", "Dense", "Dropout"):
                x = module(x)
            elif kind != "ZeroPad":
                raise SystemExit(f"train_speed.py does not know the operator '{kind}'.")
            if kind in ("Conv", "Dense"):
                self.macs += module.weight[0].numel() * x[0].numel()
            values.append(x)
        return values[-1]


network = Network(job["nodes"]).to(device)
if device.type == "cuda":
    network = network.to(memory_format=torch.channels_last)
images = torch.randint(0, 256, (8 * batch, 1, job["height"], job["width"]), dtype=torch.uint8)
labels = torch.randint(0, 7, (8 * batch,))
network.eval()(torch.zeros(1, 1, job["height"], job["width"], device=device))
macs, network = network.macs, network.train()
weights = [p for p in network.parameters()]
average = [p.detach().clone() for p in weights]
decayed, free = [p for p in weights if p.dim() > 1], [p for p in weights if p.dim() <= 1]
optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": 5e-4}, {"params": free}], 0.01, 0.9, nesterov=True)


def step(i):
    at = (i % 8) * batch
    x = images[at:at + batch].to(device, non_blocking=True).float() / 255
    y = labels[at:at + batch].to(device, non_blocking=True)
    optimizer.zero_grad(set_to_none=True)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=job["precision"] == "bfloat16"):
        logits = network(x)
    F.cross_entropy(logits.float(), y).backward()
    optimizer.step()
    with torch.no_grad():
        torch._foreach_mul_(average, 0.999)
        torch._foreach_add_(average, weights, alpha=0.001)


def wait():
    return torch.cuda.synchronize() if device.type == "cuda" else None


for i in range(job["warmUp"]):
    step(i)
wait()
started = time.perf_counter()
for i in range(job["steps"]):
    step(i)
wait()
seconds = time.perf_counter() - started
print(json.dumps({
    "imagesPerSecond": job["steps"] * batch / seconds,
    "parameters": sum(p.numel() for p in weights),
    "macs": macs,
    "version": torch.__version__,
    "device": torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu",
}))
