// Element types under the numbers that `DType.shaderType` gives them, and conversions as the CPU makes them.
const uint FLOAT32 = 0, INT32 = 2, INT64 = 3, BOOL = 4, FLOAT16 = 5, BFLOAT16 = 6;

// Exponents move from a bias of 15 to one of 127, twice where they stand for infinity or NaN. A subnormal is read as a
// number in [2^-14, 2^-13), from which 2^-14 is taken away.
float fromFloat16(uint bits) {
  uint size = (bits & 0x7FFFu) << 13, widened = size + (size < 31u << 23 ? 112u << 23 : 224u << 23);
  float value = uintBitsToFloat(widened);
  if (size < 1u << 23) value = uintBitsToFloat(size + (113u << 23)) - uintBitsToFloat(113u << 23);
  return uintBitsToFloat(floatBitsToUint(value) | bits >> 15 << 31);
}

uint toFloat16(float value) {
  uint bits = floatBitsToUint(value), sign = bits >> 16 & 0x8000u, size = bits & 0x7FFFFFFFu;
  if (size > 0x7F800000u) return sign | 0x7E00u;
  if (size >= 0x477FF000u) return sign | 0x7C00u;  // 65520 and above
  if (size < 0x38800000u) return sign | uint(roundEven(uintBitsToFloat(size) * 16777216.0));
  uint shifted = size - (112u << 23);
  return sign | (shifted + 0xFFFu + (shifted >> 13 & 1u)) >> 13;
}

uint toBFloat16(float value) {
  uint bits = floatBitsToUint(value);
  if ((bits & 0x7FFFFFFFu) > 0x7F800000u) return bits >> 16 | 0x40u;
  return (bits + 0x7FFFu + (bits >> 16 & 1u)) >> 16;
}

float loadFloat(uint64_t operand, int index, uint type) {
  if (type == FLOAT16) return fromFloat16(uint(Halves(operand).at[index]));
  if (type == BFLOAT16) return uintBitsToFloat(uint(Halves(operand).at[index]) << 16);
  return Floats(operand).at[index];
}

void storeFloat(uint64_t operand, int index, uint type, float value) {
  if (type == FLOAT16) {
    Halves(operand).at[index] = uint16_t(toFloat16(value));
  } else if (type == BFLOAT16) {
    Halves(operand).at[index] = uint16_t(toBFloat16(value));
  } else {
    Floats(operand).at[index] = value;
  }
}

// A map's elements, stored as the pipeline's TYPE: a type more is a pipeline more, and no second copy of the shader.
// Shaders compute in float32 and round once, when they store; statistics and parameters are float32.
#define mapAt(map, index) loadFloat(map, int(index), TYPE)
#define setMap(map, index, value) storeFloat(map, int(index), TYPE, value)

bool isInteger(uint type) { return type == INT32 || type == INT64 || type == BOOL; }

int64_t loadInteger(uint64_t operand, int index, uint type) {
  if (type == INT32) return int64_t(Integers(operand).at[index]);
  if (type == BOOL) return int64_t(uint(Bytes(operand).at[index]) != 0 ? 1 : 0);
  return Longs(operand).at[index];
}

// Wraps what does not fit.
void storeInteger(uint64_t operand, int index, uint type, int64_t value) {
  if (type == INT32) {
    Integers(operand).at[index] = int(value);
  } else if (type == BOOL) {
    Bytes(operand).at[index] = uint8_t(value != 0 ? 1u : 0u);
  } else {
    Longs(operand).at[index] = value;
  }
}

// Truncates; values out of range become the nearest bound, NaN becomes 0.
int64_t truncated(float value, uint type) {
  if (isnan(value)) return 0;
  if (type == INT32) {
    return value >= 2147483648.0 ? 2147483647l : value <= -2147483648.0 ? -2147483648l : int64_t(value);
  }
  const int64_t least = int64_t(1) << 63;
  return value >= 9223372036854775808.0 ? ~least : value <= -9223372036854775808.0 ? least : int64_t(value);
}
