"""Numbers of MONAI's SwinUNETR in float64, to which GoldenValueTests compares.

    python golden.py > golden-variants.json      needs torch and monai (made with 2.15 and 1.6.1)

Weights, input and target follow three formulas, so that a row holds results only:

    weight  entry p of the state_dict, flat index i: v = sin(0.37 (i mod 9973) + 1.1 p)
            norm1/norm2/norm .weight: 1 + 0.1 v; other vectors: 0.1 v; bias tables: 0.2 v; else v / sqrt(numel / shape[0])
    input   flat index j: cos(0.11 (j mod 7919)) + 0.5 sin(0.003 j)
    target  1 where the flat index is a multiple of 5, else 0
"""

import json
import sys

import numpy as np
import torch
from monai.losses import DiceLoss
from monai.networks.nets import SwinUNETR
from monai.networks.nets.swin_unetr import PatchMergingV2

VOLUME, IMAGE = [1, 2, 64, 32, 32], [2, 2, 96, 64]

# name, input shape, arguments that differ from in 2, out 2, feature_size 12 and MONAI's defaults
ROWS = [
    ("mergingv2", VOLUME, {"downsample": "mergingv2"}),
    ("merging up to 1.4", VOLUME, {"downsample": "mergingLegacy"}),
    ("use_v2", VOLUME, {"use_v2": True}),
    ("patch_norm", VOLUME, {"patch_norm": True}),
    ("hidden states as they are", VOLUME, {"normalize": False}),
    ("window 4", VOLUME, {"window_size": [4]}),
    ("a window of three sides", VOLUME, {"window_size": [7, 5, 3]}),
    ("other depths and heads", VOLUME, {"depths": [1, 3, 2, 1], "num_heads": [2, 4, 6, 8]}),
    ("no qkv bias, narrow perceptrons", VOLUME, {"qkv_bias": False, "mlp_ratio": 2.5}),
    ("one channel in and out", [2, 1, 64, 32, 32], {"in_channels": 1, "out_channels": 1}),
    ("affine instance norms, use_v2", VOLUME, {"norm_affine": True, "use_v2": True}),
    ("2-D", IMAGE, {"spatial_dims": 2}),
    ("2-D, use_v2, patch_norm", IMAGE, {"spatial_dims": 2, "use_v2": True, "patch_norm": True}),
    ("2-D, mergingv2, window 4", IMAGE, {"spatial_dims": 2, "downsample": "mergingv2", "window_size": [4]}),
    ("2-D, merging up to 1.4", IMAGE, {"spatial_dims": 2, "downsample": "mergingLegacy"}),
    ("2-D, oblong window, depths", IMAGE, {"spatial_dims": 2, "window_size": [5, 9], "depths": [3, 1, 1, 2]}),
    ("2-D, hidden states as they are", IMAGE, {"spatial_dims": 2, "normalize": False}),
]


class LegacyMerging(PatchMergingV2):
    """The order of MONAI 0.9 to 1.4 on three axes: two neighbours twice, two not at all."""

    offsets = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 1), (0, 1, 0), (0, 0, 1), (1, 1, 1)]

    def forward(self, x):
        if x.ndim != 5:
            return super().forward(x)
        parts = [x[:, d::2, h::2, w::2] for d, h, w in self.offsets]
        return self.reduction(self.norm(torch.cat(parts, -1)))


def network(arguments):
    arguments = {"in_channels": 2, "out_channels": 2, "feature_size": 12, **arguments}
    if arguments.get("downsample") == "mergingLegacy":
        arguments["downsample"] = LegacyMerging
    if arguments.pop("norm_affine", False):
        arguments["norm_name"] = ("instance", {"affine": True})
    if "window_size" in arguments and len(arguments["window_size"]) == 1:
        arguments["window_size"] = arguments["window_size"][0]
    model = SwinUNETR(**arguments).double()
    for p, (name, tensor) in enumerate(model.state_dict().items()):
        if tensor.is_floating_point():
            tensor.copy_(torch.from_numpy(fill(name, p, tuple(tensor.shape))))
    return model


def fill(name, p, shape):
    count = int(np.prod(shape))
    v = np.sin(0.37 * (np.arange(count) % 9973) + 1.1 * p).reshape(shape)
    if name.endswith(("norm1.weight", "norm2.weight", "norm.weight")):
        return 1 + 0.1 * v
    if len(shape) == 1:
        return 0.1 * v
    if name.endswith("relative_position_bias_table"):
        return 0.2 * v
    return v / np.sqrt(count / shape[0])


def summary(tensor):
    v = tensor.detach().reshape(-1)
    numbers = {"l2": v.norm(), "first": v[0], "middle": v[len(v) // 2], "last": v[-1]}
    return {key: rounded(value) for key, value in numbers.items()}


def rounded(value):
    return float(f"{float(value.detach()):.10g}")


def fnv1a64(text):
    h = 0xCBF29CE484222325
    for byte in text.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h


def row(name, shape, arguments):
    model = network(arguments)
    j = np.arange(np.prod(shape))
    x = torch.from_numpy((np.cos(0.11 * (j % 7919)) + 0.5 * np.sin(0.003 * j)).reshape(shape))
    x.requires_grad_(True)
    hidden = model.swinViT(x, model.normalize)
    logits = model(x)
    target = (torch.arange(logits.numel()) % 5 == 0).double().reshape(logits.shape)
    loss = DiceLoss(sigmoid=True)(logits, target)
    loss.backward()
    parameters = list(model.named_parameters())
    return {
        "name": name,
        "shape": shape,
        "arguments": arguments,
        "hidden": [summary(state) for state in hidden],
        "logits": {"mean": rounded(logits.mean()), **summary(logits)},
        "loss": rounded(loss),
        "inputGradient": summary(x.grad),
        "parameterNames": f"{fnv1a64(chr(10).join(name for name, _ in parameters)):016x}",
        "gradientNorms": [rounded(parameter.grad.norm()) for _, parameter in parameters],
    }


def main():
    rows = []
    for name, shape, arguments in ROWS:
        print(name, file=sys.stderr)
        rows.append("  " + json.dumps(row(name, shape, arguments)))
    source = "MONAI 1.6.1, torch 2.15, float64, CPU; made by golden.py, which states the formulas"
    print('{"source": "%s", "rows": [\n%s\n]}' % (source, ",\n".join(rows)))


if __name__ == "__main__":
    main()
