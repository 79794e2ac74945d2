"""The step of `tessera bench step` in PyTorch and MONAI, on CUDA: one line of figures.

Ways: off, swin (MONAI's use_checkpoint), off-tf32 (products rounded to 10 bits), bfloat16 (under autocast). Exit code 3 where torch, MONAI or a card is missing: the caller then has no column to compare with.
"""

import argparse
import contextlib
import sys
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--dims", type=int, default=3)
    parser.add_argument("--features", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--way", choices=["off", "swin", "off-tf32", "bfloat16"], default="off")
    parser.add_argument("--cpu", action="store_true", help="compute on the processor where there is no card")
    return parser.parse_args()


def measure(torch, options, place):
    from monai.losses import DiceCELoss
    from monai.networks.nets import SwinUNETR

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = options.way == "off-tf32"
    torch.manual_seed(0)
    network = SwinUNETR(
        in_channels=4,
        out_channels=3,
        feature_size=options.features,
        spatial_dims=options.dims,
        use_checkpoint=options.way == "swin",
    ).to(place)
    shape = (options.size,) * options.dims
    x = torch.rand((1, 4) + shape, device=place)
    target = (torch.rand((1, 3) + shape, device=place) > 0.5).float()
    criterion = DiceCELoss(sigmoid=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, weight_decay=1e-5)

    def wait():
        if place == "cuda":
            torch.cuda.synchronize()

    def step():
        wait()
        start = time.perf_counter()
        with torch.autocast(place, torch.bfloat16) if options.way == "bfloat16" else contextlib.nullcontext():
            y = network(x)
        criterion(y.float(), target).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        wait()
        return time.perf_counter() - start

    # Two: kernels are chosen in the first, moments exist from the second on.
    step(), step()
    if place == "cuda":
        torch.cuda.reset_peak_memory_stats()
    times = sorted(step() for _ in range(options.rounds))
    peak = 0 if place == "cpu" else torch.cuda.max_memory_allocated()
    reserved = 0 if place == "cpu" else torch.cuda.max_memory_reserved()
    return times[len(times) // 2], times[0], times[-1], peak, reserved


def main():
    options = arguments()
    try:
        import monai
        import torch
    except ImportError as error:
        print(f"no PyTorch column: {error}")
        return 3
    place = "cuda" if torch.cuda.is_available() else "cpu"
    if place == "cpu" and not options.cpu:
        print("no PyTorch column: torch sees no CUDA device")
        return 3
    print(f"torch {torch.__version__}, monai {monai.__version__}, on {place}")
    middle, low, high, peak, reserved = measure(torch, options, place)
    print(
        f"pytorch {options.size} {options.way}: {middle:.4f} s a step ({low:.4f} to {high:.4f}), "
        f"peak {peak / 2**20:.1f} MiB, reserved {reserved / 2**20:.1f} MiB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
