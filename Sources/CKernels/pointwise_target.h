#pragma once

// Hot functions are compiled once an instruction set and chosen at load time. The attribute needs ifunc support, which
// x86-64 Linux has; arm64 has NEON in its baseline and needs no choice.
#if defined(__x86_64__) && defined(__linux__)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

#define CK_INLINE static inline __attribute__((always_inline))

// In-place calls (out == a) defeat the vectoriser's overlap check, which would then run the scalar loop. Elements only
// ever depend on the same position, so vectorising is right for equal and for disjoint operands.
#define CK_PARALLEL_LOOP _Pragma("clang loop vectorize(assume_safety)")
