// Memory is reached by device addresses alone: no descriptors, and no limit on a buffer's size.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_8bit_storage : require
#extension GL_EXT_shader_16bit_storage : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require
#ifdef SUBGROUPS
#extension GL_KHR_shader_subgroup_arithmetic : require
#endif

layout(buffer_reference, std430, buffer_reference_align = 4) buffer Floats { float at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Words { uint at[]; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Integers { int at[]; };
layout(buffer_reference, std430, buffer_reference_align = 8) buffer Longs { int64_t at[]; };
layout(buffer_reference, std430, buffer_reference_align = 1) buffer Bytes { uint8_t at[]; };
layout(buffer_reference, std430, buffer_reference_align = 2) buffer Halves { uint16_t at[]; };

// Four floats in one load; alignment is a float's.
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Vectors { vec4 at[]; };

// Arguments hold addresses, not references: compilers load a reference with the alignment of what it refers to.

// Some devices load from an address that is the same in all invocations even where none of them takes the branch, so
// every address has to be one of memory.

// A float of an operand that may be absent, which is an address of zero; the arguments are read in its place.
#define valueOr(operand, index, missing)                                                                 \
  mix(missing, Floats(operand != 0 ? operand : uint64_t(arguments)).at[operand != 0 ? index : 0], operand != 0)

// Groups share `count` items; there may be more items than invocations.
#define EACH(i, count)                                                                              \
  uint i = gl_GlobalInvocationID.x; i < (count); i += gl_NumWorkGroups.x * gl_WorkGroupSize.x
