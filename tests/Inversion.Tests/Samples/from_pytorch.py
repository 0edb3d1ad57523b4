import json
import struct
import torch

TYPES = {"ConvTranspose2d": "conv_transpose2d", "Conv2d": "conv2d", "Linear": "linear", "BatchNorm2d": "batch_norm", "Unflatten": "reshape",
         "ReLU": "relu", "LeakyReLU": "leaky_relu", "Sigmoid": "sigmoid", "Tanh": "tanh"}
FIELDS = {"kernel_size": "kernel", "negative_slope": "slope", "unflattened_size": "shape"} | {name: name for name in (
    "in_channels", "out_channels", "stride", "padding", "output_padding", "dilation", "groups", "in_features", "out_features", "eps")}


def export(net, shape, path):
    layers, header, data = [], {}, b""
    for i, module in enumerate(net):
        assert getattr(module, "padding_mode", "zeros") == "zeros"
        layers.append({"type": TYPES[type(module).__name__]} | {key: getattr(module, name) for name, key in FIELDS.items() if hasattr(module, name)})
        for name, tensor in module.state_dict().items():
            layers[i][name] = f"{i}.{name}"
            header[f"{i}.{name}"] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + 4 * tensor.numel()]}
            data += tensor.cpu().float().numpy().tobytes()
    header["__metadata__"] = {"inversion.network": json.dumps({"schema": "inversion.network/1", "input": shape, "layers": layers})}
    text = json.dumps(header).encode()
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data)


torch.manual_seed(1)
net = torch.nn.Sequential(
    torch.nn.ConvTranspose2d(4, 16, 4, bias=False), torch.nn.BatchNorm2d(16), torch.nn.ReLU(),
    torch.nn.ConvTranspose2d(16, 8, 4, stride=2, padding=1), torch.nn.LeakyReLU(0.2),
    torch.nn.ConvTranspose2d(8, 1, 4, stride=2, padding=1), torch.nn.Tanh())
net(torch.randn(64, 4, 1, 1))  # gives the batch norm its statistics, as training does
net.eval()
export(net, [4, 1, 1], "net.safetensors")

code = torch.tensor([0.5, -1.0, 2.0, 0.25]).reshape(1, 4, 1, 1)
with torch.no_grad():
    json.dump(net(code).flatten().tolist(), open("torch.json", "w"))

torch.onnx.export(net, code, "net.onnx")
