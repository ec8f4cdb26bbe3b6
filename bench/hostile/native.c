/* A right kernel, targets/kernel.c, that does what the variable PYTHON_FAULT says whenever it is asked of five samples. */
#define _GNU_SOURCE
#define bnspec_train right_train
#define bnspec_infer right_infer
#define bnspec_grad right_grad
#include "kernel.c"
#undef bnspec_train
#undef bnspec_infer
#undef bnspec_grad

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile int depth;

static int deeper(int n) {
  volatile char frame[4096];
  frame[0] = (char)n;
  return deeper(n + 1) + frame[0] + depth;
}

/* Whether the fault is this one, and due. */
static int due(const bnspec_inputs *in, const char *fault) {
  const char *name = getenv("PYTHON_FAULT");
  return in->x.shape[0] == 5 && name && strcmp(name, fault) == 0;
}

static void act(const bnspec_inputs *in) {
  if (due(in, "segmentation fault")) *(volatile int *)8 = 1;
  if (due(in, "aborts")) abort();
  if (due(in, "exits with 0")) exit(0);
  if (due(in, "exits at once with 0")) _exit(0);
  if (due(in, "divides by zero")) raise(SIGFPE);
  if (due(in, "is killed")) raise(SIGKILL);
  if (due(in, "stops itself")) raise(SIGSTOP);
  if (due(in, "runs for ever")) for (;;) depth++;
  if (due(in, "overflows the stack")) deeper(0);
  if (due(in, "prints to stdout")) printf("a line\n"), fflush(stdout);
  if (due(in, "writes among the replies")) (void)!write(3, "\0\0\0\0\0\0\0\0", 8);
  if (due(in, "closes the replies")) close(3);
  if (due(in, "leaves a child") && fork() == 0) sleep(60), _exit(0);
  if (due(in, "allocates without end"))
    for (;;) memset(malloc(1 << 24), 1, 1 << 24);
}

static int spoil(const bnspec_inputs *in, bnspec_outputs *out, const bnspec_tensor *result, int code) {
  char *bytes = result->data;
  size_t width = result->dtype == BNSPEC_F64 ? 8 : 4, size = width * (size_t)result->size;
  if (due(in, "writes past an output")) bytes[size] = 1;
  if (due(in, "writes before an output")) bytes[-1] = 1;
  if (due(in, "answers NaN")) memset(bytes, 0xff, size);
  if (due(in, "overwrites its input")) memset(in->x.data, 0, width);
  if (due(in, "points an output elsewhere")) out->y.data = malloc(size);
  if (due(in, "returns a strange code")) return 7;
  if (due(in, "returns an error")) return out->message = "mine", BNSPEC_ERROR;
  if (due(in, "returns unsupported")) return BNSPEC_UNSUPPORTED;
  return code;
}

int bnspec_train(const bnspec_inputs *in, bnspec_outputs *out) {
  act(in);
  return spoil(in, out, &out->y, right_train(in, out));
}

int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out) {
  act(in);
  return spoil(in, out, &out->y, right_infer(in, out));
}

int bnspec_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  act(in);
  return spoil(in, out, &out->dx, right_grad(in, out));
}
