// A convolution over three spatial axes in channels-last order.
struct Geometry {
  int target[3], source[3], kernel[3], stride[3], padding[3];
};

// Where position `target` of an axis reads the source for kernel element `tap`, or -1. BACKWARD: target is the
// convolution's input and source its output.
int sourcePosition(int target, int tap, int stride, int padding, int extent, bool isBackward) {
  if (!isBackward) {
    int position = target * stride - padding + tap;
    return position >= 0 && position < extent ? position : -1;
  }
  int position = target + padding - tap;
  if (position < 0 || position % stride != 0) return -1;
  position /= stride;
  return position < extent ? position : -1;
}
