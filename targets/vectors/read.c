/* cc -o read read.c -lm && ./read safetensors/infer-f32-01.safetensors: asks the float32 kernel below, and says if it is right. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static char *file; /* the whole vector, and a zero behind it */
static size_t extent[5], axes;
/* A float32 tensor of the vector; NULL if there is none of this name. Its extents are left in `extent`. */
static void *tensor(const char *name) {
  char key[64];
  size_t header = 0, begin, used;
  snprintf(key, sizeof key, "\"%s\":{", name);
  const char *at = strstr(file + 8, key), *more;
  if (!at || sscanf(strstr(at, "offsets\":[") + 10, "%zu", &begin) != 1) return NULL;
  memcpy(&header, file, 8);
  more = strstr(at, "shape\":[") + 8;
  for (axes = 0; axes < 5 && sscanf(more, "%zu%zn", &extent[axes], &used) == 1; more += used + 1) axes++;
  return file + 8 + header + begin;
}
int main(int argc, char **argv) {
  FILE *from = argc > 1 ? fopen(argv[1], "rb") : NULL;
  file = calloc(1, 1 << 24);
  if (!from || fread(file, 1, (1 << 24) - 1, from) == 0 || !strstr(file + 8, "channels_first")) return 2;
  float *gamma = tensor("gamma"), *beta = tensor("beta"), *mean = tensor("running_mean"), *variance = tensor("running_var");
  float *least = tensor("stable.least.y"), *most = tensor("stable.most.y"), *x = tensor("x"), wrong = 0;
  double epsilon = *(double *)tensor("epsilon");
  tensor("x");
  for (size_t i = 0, S = 1, C = extent[1], k; i < C; i++, S = 1) {
    for (k = 2; k < axes; k++) S *= extent[k];
    for (k = 0; k < extent[0] * S; k++) { /* element k of channel i */
      size_t at = (k / S * C + i) * S + k % S;
      float y = (gamma ? gamma[i] : 1) * ((x[at] - mean[i]) / sqrtf(variance[i] + (float)epsilon)) + (beta ? beta[i] : 0);
      wrong += !(least[at] <= y && y <= most[at]) && least[at] > -INFINITY;
    }
  }
  return printf("%g elements are wrong\n", wrong), wrong > 0;
}
