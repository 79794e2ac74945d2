#version 460
// Linear resampling of three spatial axes (IS_BACKWARD 0), and its gradient, which gathers from all outputs that read
// an input. Channels are innermost.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
layout(local_size_x = 256) in;
layout(constant_id = 0) const uint IS_BACKWARD = 0;
layout(constant_id = 1) const uint ALIGN_CORNERS = 0;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t source, target;
  uint batch, channels;
  // Extents of the resampling's input and output, strides of what is read and written, input per output position.
  int inputs[3], outputs[3], sourceStrides[5], targetStrides[5];
  float scale[3];
};
layout(push_constant) uniform Push { Arguments arguments; };

float coordinate(int axis, int position) {
  if (ALIGN_CORNERS == 1) {
    if (arguments.outputs[axis] == 1) return 0.0;
    return float(position * (arguments.inputs[axis] - 1)) / float(arguments.outputs[axis] - 1);
  }
  return max((float(position) + 0.5) * arguments.scale[axis] - 0.5, 0.0);
}

// An output position is (1 - z) · input[x] + z · input[y].
vec3 tap(int axis, int position) {
  float source = coordinate(axis, position);
  int last = arguments.inputs[axis] - 1, low = min(int(source), last);
  return vec3(low, min(low + 1, last), min(source - float(low), 1.0));
}

float weightOf(int axis, int position, int place) {
  vec3 t = tap(axis, position);
  return (int(t.x) == place ? 1.0 - t.z : 0.0) + (int(t.y) == place ? t.z : 0.0);
}

// Output positions that may read an input position, a little too many: their weights decide.
ivec2 readers(int axis, int place) {
  float step = ALIGN_CORNERS == 1
    ? float(arguments.inputs[axis] - 1) / float(max(arguments.outputs[axis] - 1, 1)) : arguments.scale[axis];
  int last = arguments.outputs[axis];
  if (step <= 0.0) return ivec2(0, last);
  int begin = place == 0 ? 0 : int(floor(float(place - 1) / step)) - 2;
  int end = place == arguments.inputs[axis] - 1 ? last : int(ceil(float(place + 1) / step)) + 3;
  return ivec2(max(begin, 0), min(end, last));
}

float forward(int base, ivec3 at) {
  vec3 d = tap(0, at.x), h = tap(1, at.y), w = tap(2, at.z);
  float sum = 0.0;
  for (int corner = 0; corner < 8; corner++) {
    bvec3 high = bvec3((corner & 4) != 0, (corner & 2) != 0, (corner & 1) != 0);
    float weight = (high.x ? d.z : 1.0 - d.z) * (high.y ? h.z : 1.0 - h.z) * (high.z ? w.z : 1.0 - w.z);
    if (weight == 0.0) continue;
    ivec3 from = ivec3(high.x ? d.y : d.x, high.y ? h.y : h.x, high.z ? w.y : w.x);
    sum += weight * Floats(arguments.source).at[
      base + from.x * arguments.sourceStrides[2] + from.y * arguments.sourceStrides[3]
      + from.z * arguments.sourceStrides[4]];
  }
  return sum;
}

float backward(int base, ivec3 at) {
  ivec2 d = readers(0, at.x), h = readers(1, at.y), w = readers(2, at.z);
  float sum = 0.0;
  for (int od = d.x; od < d.y; od++) {
    float depth = weightOf(0, od, at.x);
    for (int oh = h.x; depth != 0.0 && oh < h.y; oh++) {
      float line = depth * weightOf(1, oh, at.y);
      for (int ow = w.x; line != 0.0 && ow < w.y; ow++) {
        float weight = line * weightOf(2, ow, at.z);
        if (weight == 0.0) continue;
        sum += weight * Floats(arguments.source).at[
          base + od * arguments.sourceStrides[2] + oh * arguments.sourceStrides[3] + ow * arguments.sourceStrides[4]];
      }
    }
  }
  return sum;
}

void main() {
  ivec3 size = IS_BACKWARD == 1 ? ivec3(arguments.inputs[0], arguments.inputs[1], arguments.inputs[2])
                                : ivec3(arguments.outputs[0], arguments.outputs[1], arguments.outputs[2]);
  for (EACH(i, arguments.batch * arguments.channels * uint(size.x * size.y * size.z))) {
    int channel = int(i % arguments.channels), rest = int(i / arguments.channels);
    ivec3 at;
    at.z = rest % size.z;
    at.y = rest / size.z % size.y;
    at.x = rest / size.z / size.y % size.x;
    int image = rest / size.z / size.y / size.x;
    int base = image * arguments.sourceStrides[0] + channel * arguments.sourceStrides[1];
    int target = image * arguments.targetStrides[0] + channel * arguments.targetStrides[1]
      + at.x * arguments.targetStrides[2] + at.y * arguments.targetStrides[3] + at.z * arguments.targetStrides[4];
    Floats(arguments.target).at[target] = IS_BACKWARD == 1 ? backward(base, at) : forward(base, at);
  }
}
