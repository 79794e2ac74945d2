// A convolution over three spatial axes in channels-last order.
struct Geometry {
  int target[3], source[3], kernel[3], stride[3], padding[3];
};

// Depth, height and width of a position of the target, and its image.
struct Place {
  int image, at[3];
};

Place placeOf(uint position, int extents[3]) {
  Place place;
  place.image = int(position);
  [[unroll]] for (int axis = 2; axis >= 0; axis--) {
    int rest = place.image / extents[axis];
    place.at[axis] = place.image - rest * extents[axis];
    place.image = rest;
  }
  return place;
}

// The next position: devices divide slowly.
void advance(inout Place place, int extents[3]) {
  if (++place.at[2] < extents[2]) return;
  place.at[2] = 0;
  if (++place.at[1] < extents[1]) return;
  place.at[1] = 0;
  if (++place.at[0] < extents[0]) return;
  place.at[0] = 0;
  place.image++;
}

// Where a place reads the source for kernel element `tap`, as a position, or -1. isBackward: the target is the
// convolution's input and the source its output; isStrided: some stride is not 1.
int sourceOf(Place place, ivec3 tap, Geometry geometry, bool isBackward, bool isStrided) {
  int position = place.image;
  bool isInside = true;
  [[unroll]] for (int axis = 0; axis < 3; axis++) {
    int padding = geometry.padding[axis], stride = isStrided ? geometry.stride[axis] : 1;
    int at = isBackward ? place.at[axis] + padding - tap[axis] : place.at[axis] * stride - padding + tap[axis];
    isInside = isInside && at >= 0;
    if (isBackward && isStrided) {
      int quotient = at / stride;
      isInside = isInside && quotient * stride == at;
      at = quotient;
    }
    isInside = isInside && at < geometry.source[axis];
    position = position * geometry.source[axis] + at;
  }
  return isInside ? position : -1;
}

// What a convolution reads: one tensor as it is, one behind its norm and a leaky ReLU, or the channels of two side by
// side.
const uint PLAIN = 0, NORMALIZED = 1, JOINED = 2;

float activated(float x, float center, float scale, float slope) {
  float value = (x - center) * scale;
  return value < 0.0 ? value * slope : value;
}
