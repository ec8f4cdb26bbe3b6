/* The C interface of bnspec: a card, and a function for each operation that the kernel has.
 *
 *     #include "bnspec.h"
 *     const char *bnspec_card(void) { return "name=mine\ndtypes=f32\nprofile=torch\n"; }
 *     int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out) { ... return BNSPEC_OK; }
 *
 *     cc -O2 -shared -fPIC -o kernel.so kernel.c                bnspec run ./kernel.so
 *     cc -O2 -o kernel kernel.c bnspec.c -lm                    bnspec run -- ./kernel
 *     zig cc -target wasm32-wasi -mexec-model=reactor -O2 -o kernel.wasm kernel.c      bnspec run ./kernel.wasm
 *
 * C99 or newer, C++, CUDA host code; targets/bnspec.rs says the same for Rust. Fields are only ever appended.
 * The caller owns all memory. Outputs are there, of the right dtype and shape: write every element. Inputs must stay as they
 * are. What is absent has data == NULL. Data are aligned to 64 bytes. One call at a time, always from one thread. */
#ifndef BNSPEC_H
#define BNSPEC_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined _WIN32
#define BNSPEC_API(name) __declspec(dllexport)
#elif defined __wasm__ && defined __clang__
#define BNSPEC_API(name) __attribute__((visibility("default"), export_name(#name)))
#elif defined __GNUC__ && !defined BNSPEC_KIT
#define BNSPEC_API(name) __attribute__((visibility("default")))
#elif defined __GNUC__ /* the kit asks which of them are there */
#define BNSPEC_API(name) __attribute__((weak))
#else
#define BNSPEC_API(name)
#endif

enum { BNSPEC_OK = 0, BNSPEC_ERROR = 1, BNSPEC_UNSUPPORTED = 2 };
enum { BNSPEC_F64 = 1, BNSPEC_F32 = 2, BNSPEC_F16 = 3, BNSPEC_BF16 = 4, BNSPEC_I64 = 5 };
enum { BNSPEC_CHANNELS_FIRST = 0, BNSPEC_CHANNELS_LAST = 1 };

typedef struct bnspec_tensor {
  void *data;         /* NULL: absent. Of no elements: not NULL, and nothing to be read there */
  int32_t dtype;      /* BNSPEC_F64 ... */
  int32_t rank;
  int64_t size;       /* number of elements: the product of the shape */
  int64_t shape[8];
  int64_t strides[8]; /* in elements. Those of C order without gaps, unless the card says memory=strided */
} bnspec_tensor;

typedef struct bnspec_inputs {
  bnspec_tensor x, dy, gamma, beta, running_mean, running_var;
  bnspec_tensor vx, vgamma, vbeta;     /* grad_grad */
  bnspec_tensor weight, bias;          /* fold */
  /* In either layout element (o, c, i) of x is x[(o * channels + c) * inner + i], and a channel has outer * inner. Of all parts
   * together where the batch is split, of the weight in fold. */
  int64_t outer, channels, inner;
  double epsilon;
  double momentum;                     /* NaN: absent. What it weighs, the card's profile says */
  int64_t count;                       /* batches seen before; -1: absent */
  int32_t layout;                      /* BNSPEC_CHANNELS_FIRST or _LAST: which axis of the shape counts channels */
  int32_t relu;                        /* fold: 1 where a ReLU stands between the two */
  int32_t step, track, rank, dtype;    /* layer */
  int32_t parts, reserved;             /* sync_train, sync_grad: so many xs, and dys */
  const bnspec_tensor *xs, *dys;
  void **layer;                        /* layer: yours, the same in every step of one layer; NULL when it is made */
} bnspec_inputs;

typedef struct bnspec_outputs {
  bnspec_tensor y;                                     /* train, infer */
  bnspec_tensor dx;                                    /* grad, infer_grad */
  bnspec_tensor mean, variance, inv_std;               /* train: those that the card's `saved` lists */
  bnspec_tensor running_mean, running_var, count;      /* train: if they were sent; count: one I64, one higher */
  bnspec_tensor dgamma, dbeta;                         /* grad, infer_grad: if gamma, beta were sent */
  bnspec_tensor g_x, g_dy, g_gamma;                    /* grad_grad */
  bnspec_tensor weight, bias;                          /* fold */
  bnspec_tensor gamma, beta;                           /* layer: state */
  const bnspec_tensor *ys, *dxs;                       /* sync_train, sync_grad: in place of y and dx */
  const char *message;                                 /* yours to set beside BNSPEC_ERROR; it must outlive the call */
} bnspec_outputs;

/* Lines of key=value, lists joined by commas: name and dtypes, and what else docs/wire.md says of the card. `ops` is filled in.
 * memory=strided: tensors of two and more axes are windows of larger arrays.  memory=inplace: y lies over x, dx over dy, new
 * running statistics over the old. */
BNSPEC_API(bnspec_card) const char *bnspec_card(void);

/* Each returns BNSPEC_OK, or BNSPEC_ERROR for inputs that it refuses, or BNSPEC_UNSUPPORTED. Define those that you have. */
BNSPEC_API(bnspec_train) int bnspec_train(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_infer) int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_grad) int bnspec_grad(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_infer_grad) int bnspec_infer_grad(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_grad_grad) int bnspec_grad_grad(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_sync_train) int bnspec_sync_train(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_sync_grad) int bnspec_sync_grad(const bnspec_inputs *in, bnspec_outputs *out);
BNSPEC_API(bnspec_fold) int bnspec_fold(const bnspec_inputs *in, bnspec_outputs *out);

/* One step of a layer that keeps its own statistics. At BNSPEC_NEW, channels, rank and dtype of x, layout, track, gamma, beta,
 * epsilon and momentum are there, and *in->layer is yours to set; BNSPEC_DROP is the last step of it. */
enum { BNSPEC_NEW = 1, BNSPEC_TRAIN, BNSPEC_INFER, BNSPEC_GRAD, BNSPEC_STATE, BNSPEC_LOAD, BNSPEC_DROP };
BNSPEC_API(bnspec_layer) int bnspec_layer(const bnspec_inputs *in, bnspec_outputs *out);

#ifdef __cplusplus
}
#endif
#endif
