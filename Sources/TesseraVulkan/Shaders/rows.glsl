// A group of 256 invocations works on LANES results at once, with ROWS invocations for each. Which elements an
// invocation takes, and the order in which partial results meet, depend on shapes alone: results are repeatable. With
// SUBGROUPS a result belongs to a subgroup, whose invocations need neither shared memory nor barriers to meet; then the
// order depends on the device, too.
layout(local_size_x = 256) in;

#ifdef SUBGROUPS
#define ROWS gl_SubgroupSize
#define LANES gl_NumSubgroups
#define LANE gl_SubgroupID
#define ROW gl_SubgroupInvocationID
#else
layout(constant_id = 0) const uint ROWS = 256;
const uint LANES = 256 / ROWS;
#define LANE (gl_LocalInvocationID.x % LANES)
#define ROW (gl_LocalInvocationID.x / LANES)
#endif

// Every group takes the same number of turns, so that barriers meet.
#define EACH_RESULT(result, count)                                                                        \
  uint first = gl_WorkGroupID.x * LANES, result = first + LANE; first < (count);                          \
  first += gl_NumWorkGroups.x * LANES, result = first + LANE

#ifdef SUBGROUPS
vec2 sumOfRows(vec2 value) { return subgroupAdd(value); }

float maximumOfRows(float value) { return subgroupMax(value); }
#else
shared vec2 meeting[256];

// The sum of a value over the rows of this lane, the same in all of them.
vec2 sumOfRows(vec2 value) {
  if (ROWS == 1) return value;
  meeting[gl_LocalInvocationID.x] = value;
  barrier();
  for (uint step = ROWS / 2; step > 0; step /= 2) {
    if (ROW < step) meeting[gl_LocalInvocationID.x] += meeting[gl_LocalInvocationID.x + step * LANES];
    barrier();
  }
  value = meeting[LANE];
  barrier();
  return value;
}

float maximumOfRows(float value) {
  if (ROWS == 1) return value;
  meeting[gl_LocalInvocationID.x].x = value;
  barrier();
  for (uint step = ROWS / 2; step > 0; step /= 2) {
    if (ROW < step) {
      meeting[gl_LocalInvocationID.x].x =
        max(meeting[gl_LocalInvocationID.x].x, meeting[gl_LocalInvocationID.x + step * LANES].x);
    }
    barrier();
  }
  value = meeting[LANE].x;
  barrier();
  return value;
}
#endif
