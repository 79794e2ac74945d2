#version 460
// One AdamW step where parameter and moments lie; the factors are made on the host.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  uint64_t parameter, gradient, average, averageSquare;
  uint count;
  float decay, rate, correction, mix, keep, mixSquare, epsilon;
};
layout(push_constant) uniform Push { Arguments arguments; };

void main() {
  for (EACH(i, arguments.count)) {
    float g = Floats(arguments.gradient).at[i], m = Floats(arguments.average).at[i];
    float v = Floats(arguments.averageSquare).at[i];
    m += arguments.mix * (g - m);
    v = v * arguments.keep + arguments.mixSquare * g * g;
    Floats(arguments.average).at[i] = m;
    Floats(arguments.averageSquare).at[i] = v;
    float step = m / (sqrt(v) / arguments.correction + arguments.epsilon);
    Floats(arguments.parameter).at[i] = Floats(arguments.parameter).at[i] * arguments.decay - arguments.rate * step;
  }
}
