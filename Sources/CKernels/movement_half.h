#pragma once

#include "pointwise_math.h"

// 16-bit floats by integer arithmetic: conversion instructions are not in every baseline, and these forms vectorise.

TESSERA_INLINE float ck_float_from_bfloat16(uint16_t half) { return ck_from_bits((int32_t)((uint32_t)half << 16)); }

TESSERA_INLINE uint16_t ck_bfloat16_from_float(float value) {
  uint32_t bits = (uint32_t)ck_bits(value);
  uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return (uint16_t)(value != value ? (bits >> 16) | 0x40u : rounded);
}

TESSERA_INLINE float ck_float_from_float16(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t magnitude = (uint32_t)(half & 0x7fffu) << 13;  // exponent still biased by 15, not 127
  uint32_t normal = magnitude + (112u << 23);
  uint32_t special = normal + (112u << 23);  // infinity and NaN: the exponent becomes 255
  // A subnormal's digits are read as those of a number in [2^-14, 2^-13), from which 2^-14 is taken away.
  float subnormal = ck_from_bits((int32_t)(magnitude + (113u << 23))) - ck_from_bits(113 << 23);
  uint32_t bits = magnitude >= (31u << 23) ? special : normal;
  bits = magnitude < (1u << 23) ? (uint32_t)ck_bits(subnormal) : bits;
  return ck_from_bits((int32_t)(bits | sign));
}

TESSERA_INLINE uint16_t ck_float16_from_float(float value) {
  uint32_t bits = (uint32_t)ck_bits(value);
  uint32_t sign = (bits >> 16) & 0x8000u;
  uint32_t magnitude = bits & 0x7fffffffu;
  uint32_t normal = (magnitude - (112u << 23) + 0xfffu + ((magnitude >> 13) & 1u)) >> 13;
  // Adding ½ to a number below 2^-14 rounds it to a multiple of 2^-24, the smallest float16, in the low bits.
  uint32_t subnormal = (uint32_t)ck_bits(ck_from_bits((int32_t)magnitude) + 0.5f) - (126u << 23);
  uint32_t special = magnitude > 0x7f800000u ? 0x7e00u : 0x7c00u;
  uint32_t half = magnitude < (113u << 23) ? subnormal : normal;
  half = magnitude >= (143u << 23) ? special : half;  // 2^16 and above
  return (uint16_t)(half | sign);
}
