// The compiled shaders, embedded in the binary so that it works wherever it is moved.
#include "CVulkan.h"

// #embed is C23; the compiler has it in every mode and only remarks on the date.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "shaders_code.inc"

static const cv_shader shaders[] = {
#define SHADER(name, checksum) {#name, name##_code, sizeof name##_code, checksum},
#include "shaders_rows.inc"
};

const cv_shader *cv_shader_at(int index) {
  const int count = sizeof shaders / sizeof shaders[0];
  return index >= 0 && index < count ? &shaders[index] : 0;
}
