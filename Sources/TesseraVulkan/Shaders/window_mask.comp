#version 460
// The additive mask of shifted windows, [window][token][token]: 0 where two tokens come from one region, else -100.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t mask;
  uint windows, tokens;
  int padded[3], window[3], shift[3];
};
layout(push_constant) uniform Push { Arguments arguments; };

// The region of a token in its window: three of them on an axis that is shifted.
int region(int window, int token) {
  int number = 0, factor = 1;
  for (int axis = 2; axis >= 0; axis--) {
    int size = arguments.window[axis], extent = arguments.padded[axis], shift = arguments.shift[axis];
    int position = window % (extent / size) * size + token % size;
    window /= extent / size;
    token /= size;
    int part = shift == 0 ? 2 : position < extent - size ? 0 : position < extent - shift ? 1 : 2;
    number += part * factor;
    factor *= 3;
  }
  return number;
}

void main() {
  uint tokens = arguments.tokens;
  for (EACH(i, arguments.windows * tokens * tokens)) {
    int window = int(i / tokens / tokens);
    bool isSame = region(window, int(i / tokens % tokens)) == region(window, int(i % tokens));
    Floats(arguments.mask).at[i] = isSame ? 0.0 : -100.0;
  }
}
