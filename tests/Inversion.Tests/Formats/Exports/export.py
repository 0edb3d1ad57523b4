"""Writes small generators as ONNX and what torch makes of one code: FOLDER OPERATOR-SET..."""

import json
import sys
import warnings

import torch
from torch import nn

warnings.filterwarnings("ignore")


class View(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.sizes = sizes

    def forward(self, x):
        return x.view(x.size(0), *self.sizes)


class Conditional(nn.Module):
    """A class label, embedded and joined to the code."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(5, 2)
        self.body = nn.Sequential(nn.Linear(5, 12), nn.LeakyReLU(0.2), View(3, 2, 2), nn.ConvTranspose2d(3, 2, 4, 2, 1), nn.Tanh())

    def forward(self, z, label):
        return self.body(torch.cat([z, self.embedding(label)], 1))


def stamps(rank):
    conv, norm = (nn.ConvTranspose1d, nn.BatchNorm1d) if rank == 1 else (nn.ConvTranspose2d, nn.BatchNorm2d)
    return nn.Sequential(
        conv(3, 8, 4, bias=False), norm(8), nn.LeakyReLU(0.2), conv(8, 4, 4, 2, 1), norm(4), nn.ReLU(), conv(4, 2, 3, 2, 1, output_padding=1), nn.Tanh())


def enlarged(rank):
    conv, norm = (nn.Conv1d, nn.BatchNorm1d) if rank == 1 else (nn.Conv2d, nn.BatchNorm2d)
    return nn.Sequential(
        nn.Linear(4, 6 * 3**rank), View(6, *[3] * rank), norm(6), nn.LeakyReLU(0.1), nn.Upsample(scale_factor=2, mode="nearest"), conv(6, 4, 3, padding=1), norm(4),
        nn.LeakyReLU(0.1), nn.Upsample(scale_factor=2, mode="nearest"), conv(4, 1, 3, padding=1), nn.Sigmoid())


def dense():
    return nn.Sequential(nn.Linear(4, 10), nn.BatchNorm1d(10), nn.ReLU(), nn.Linear(10, 20), nn.Tanh(), View(1, 4, 5))


def main(folder, versions):
    torch.manual_seed(681)
    cases = {
        "stamps-1d": (stamps(1), (1, 3, 1)),
        "stamps-2d": (stamps(2), (1, 3, 1, 1)),
        "enlarged-1d": (enlarged(1), (1, 4)),
        "enlarged-2d": (enlarged(2), (1, 4)),
        "dense": (dense(), (1, 4)),
        "conditional": (Conditional(), (1, 3)),
    }
    for name, (net, sizes) in cases.items():
        for module in net.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias)
                nn.init.normal_(module.running_mean)
                nn.init.uniform_(module.running_var, 0.5, 2)
        net.eval()
        z = torch.randn(sizes)
        inputs, names = ((z, torch.tensor([3])), ["z", "label"]) if name == "conditional" else ((z,), ["z"])
        with torch.no_grad():
            y = net(*inputs)
        with open(f"{folder}/{name}.json", "w") as file:
            json.dump({"z": z.flatten().tolist(), "y": y.flatten().tolist()}, file)
        for version in versions:
            for kind, dynamic in (("fixed", None), ("open", {n: {0: "batch"} for n in names})):
                # PRESERVE leaves batch norms as they are; EVAL folds those that follow a plain convolution.
                for mode in (torch.onnx.TrainingMode.EVAL, torch.onnx.TrainingMode.PRESERVE):
                    path = f"{folder}/{name}.{version}.{kind}.{mode.name.lower()}.onnx"
                    torch.onnx.export(net, inputs, path, opset_version=version, input_names=names, output_names=["y"], dynamic_axes=dynamic, training=mode)


main(sys.argv[1], [int(version) for version in sys.argv[2:]])
