import TesseraScript

/// Pages about the error codes of tensors, models, memory and files.
public enum EngineExplanations {
  /// The page for `code`; nil where there is no such code.
  public static func page(for code: String) -> Explanation? { pages.first { $0.code == code } }

  /// Every page, in the order of the codes.
  public static let pages: [Explanation] = shapePages + gradientPages + memoryPages + filePages

  private static let shapePages = [
    Explanation(
      "E0801", "shapes that do not fit",
      "Two shapes broadcast when, aligned at the right, each pair of extents is equal or one of them is 1. "
        + "The notes name the lines that made the tensors.",
      wrong: "zeros(2, 3) + zeros(2)", right: "zeros(2, 3) + zeros(2).unsqueeze(1)"),
    Explanation(
      "E0802", "an axis that is not there",
      "A tensor of rank r has axes 0 to r − 1, and −r to −1 counted from the end.",
      wrong: "zeros(2, 3).sum(dim=2)", right: "zeros(2, 3).sum(dim=-1)"),
    Explanation(
      "E0803", "an index out of range", "Positions along an axis of extent n go from −n to n − 1.",
      wrong: "zeros(3)[3]", right: "zeros(3)[-1]"),
    Explanation(
      "E0804", "an element type that does not fit",
      "Some functions need floating numbers, masks need truth values and indices whole numbers. "
        + "x.to(\"float32\") converts.",
      wrong: "exp(tensor([1, 2]))", right: "exp(tensor([1, 2]).float())"),
    Explanation(
      "E0805", "an argument outside of its range", "The message names the argument and its rule.",
      wrong: "SwinUNETR(4, 3, feature_size=16)", right: "SwinUNETR(4, 3, feature_size=24)"),
    Explanation(
      "E0806", "values of a dry tensor",
      "Inside `with dry_run` tensors have shapes and no values, so that memory can be counted without being used.",
      wrong: "with dry_run { zeros(2).sum().item() }", right: "with dry_run { print(zeros(2).sum().shape) }"),
    Explanation(
      "E0807", "one number expected",
      "A condition, .item() and backward() need a tensor with one element.",
      wrong: "if tensor([1, 2]) > 0 { print(\"positive\") }",
      right: "if (tensor([1, 2]) > 0).all() { print(\"positive\") }"),
  ]

  private static let gradientPages = [
    Explanation(
      "E0808", "no gradient here",
      "backward() needs a result that came from a tensor with requires_grad=True, and works once: it frees what "
        + "forward kept.",
      wrong: "ones(2).sum().backward()", right: "ones(2, requires_grad=True).sum().backward()"),
    Explanation(
      "E0809", "a saved tensor was changed",
      "What an op keeps for backward must stay as it was; a write in place after it makes the gradient wrong.",
      wrong: "x = ones(2, requires_grad=True)\ny = x * x\nx.detach()[0] = 5\ny.sum().backward()",
      right: "x = ones(2, requires_grad=True)\ny = x * x\nx.detach().clone()[0] = 5\ny.sum().backward()"),
    Explanation(
      "E0810", "not inside a checkpointed block",
      "A checkpointed block is run again during backward, so it may not change anything in place or call backward.",
      wrong: "x = zeros(2)\nw = ones(2, requires_grad=True)\nwith checkpoint { x[0] = 1 }",
      right: "x = zeros(2)\nx[0] = 1"),
  ]

  private static let memoryPages = [
    Explanation(
      "E0811", "out of memory",
      "An allocation would have passed the budget; it was refused before anything was touched. The message says what "
        + "asked, what is live and what would help here.",
      wrong: "with budget(\"1 MiB\") { zeros(1024, 1024) }",
      right: "with budget(\"8 MiB\") { zeros(1024, 1024) }"),
    Explanation(
      "E0812", "another device",
      "The device is not there, or an op meets tensors of two devices. A session starts on one, "
        + "`tessera --device vulkan`, and `with device(…)` switches; `tessera devices` lists what there is.",
      wrong: "zeros(1).to(\"cuda\")", right: "zeros(1).to(\"cpu\")"),
    Explanation(
      "E0814", "a peak above its limit", "assert_peak compares a report's largest live total with a size.",
      wrong: "with assert_peak(below=\"1 KiB\") { zeros(1024) }",
      right: "with assert_peak(below=\"1 MiB\") { zeros(1024) }"),
  ]

  private static let filePages = [
    Explanation(
      "E0850", "a file that cannot be read or written",
      "The message names the file, the field and the reason.",
      wrong: "load(\"missing.npy\")", right: "save(\"x.npy\", ones(2))\nload(\"x.npy\")"),
    Explanation(
      "E0851", "weights that do not fit",
      "Names or shapes in the file are not those of the network; strict=False takes what fits.",
      wrong: "Linear(2, 3).load({\"weight\": zeros(3, 2)})",
      right: "Linear(2, 3).load({\"weight\": zeros(3, 2)}, strict=False)"),
    Explanation(
      "E0852", "a kind of file that is not for this function",
      "load and save take .safetensors, .npy and .npz; load_volume and save_volume take .nii and .nii.gz.",
      wrong: "save(\"x.txt\", ones(2))", right: "save(\"x.npy\", ones(2))"),
  ]
}
