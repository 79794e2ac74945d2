#pragma once

#include <stdint.h>

// Reductions over the middle dimension of a contiguous [outer, reduce, inner] array. `begin ..< end` ranges over the
// outer * inner results. Each result's additions happen in an order that depends on `reduce` alone, so neither slabs
// nor threads change its bits. A reduction with few results is cut by the caller along `reduce` into a number of parts
// that depends on the shape only, whose double results are then summed in order.

// Floats are added as doubles, integers as 64 bits.
void ck_sum_f32(const float *source, int64_t reduce, int64_t inner, double *out, int64_t begin, int64_t end);
void ck_sum_f64(const double *source, int64_t reduce, int64_t inner, double *out, int64_t begin, int64_t end);
void ck_sum_i32(const int32_t *source, int64_t reduce, int64_t inner, int64_t *out, int64_t begin, int64_t end);
void ck_sum_i64(const int64_t *source, int64_t reduce, int64_t inner, int64_t *out, int64_t begin, int64_t end);
void ck_sum_u8(const uint8_t *source, int64_t reduce, int64_t inner, int64_t *out, int64_t begin, int64_t end);

typedef enum __attribute__((enum_extensibility(closed))) CKExtremum {
  CKExtremumMaximum, CKExtremumMinimum,
} CKExtremum;

// The largest or smallest element and where it first occurs along `reduce`; NaN wins. `reduce` is at least 1. Either
// output may be null.
void ck_extremum_f32(CKExtremum which, const float *source, int64_t reduce, int64_t inner, float *out, int64_t *where,
                     int64_t begin, int64_t end);
void ck_extremum_f64(CKExtremum which, const double *source, int64_t reduce, int64_t inner, double *out, int64_t *where,
                     int64_t begin, int64_t end);
void ck_extremum_i32(CKExtremum which, const int32_t *source, int64_t reduce, int64_t inner, int32_t *out,
                     int64_t *where, int64_t begin, int64_t end);
void ck_extremum_i64(CKExtremum which, const int64_t *source, int64_t reduce, int64_t inner, int64_t *out,
                     int64_t *where, int64_t begin, int64_t end);

// Whether any, or all, of the bytes are nonzero: 1 or 0.
void ck_any(const uint8_t *source, int64_t reduce, int64_t inner, uint8_t *out, int64_t begin, int64_t end);
void ck_all(const uint8_t *source, int64_t reduce, int64_t inner, uint8_t *out, int64_t begin, int64_t end);
