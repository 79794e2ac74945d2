#version 460
// One AdamW step where parameter and moments lie; the factors are made on the host.
#extension GL_GOOGLE_include_directive : require
#include "memory.glsl"
layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 8) readonly buffer Arguments {
  Floats parameter, gradient, average, averageSquare;
  uint count;
  float decay, rate, correction, mix, keep, mixSquare, epsilon;
};
layout(push_constant) uniform Push { Arguments arguments; };

void main() {
  for (EACH(i, arguments.count)) {
    float g = arguments.gradient.at[i], m = arguments.average.at[i], v = arguments.averageSquare.at[i];
    m += arguments.mix * (g - m);
    v = v * arguments.keep + arguments.mixSquare * g * g;
    arguments.average.at[i] = m;
    arguments.averageSquare.at[i] = v;
    float step = m / (sqrt(v) / arguments.correction + arguments.epsilon);
    arguments.parameter.at[i] = arguments.parameter.at[i] * arguments.decay - arguments.rate * step;
  }
}
