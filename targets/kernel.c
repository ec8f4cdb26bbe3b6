/* A right batch normalization in C, and the template of a kernel: copy it, call your own, keep the rest.
 *
 *     cc -O2 -shared -fPIC -o kernel.so kernel.c -lm && bnspec run ./kernel.so
 *     cc -O2 -o kernel kernel.c bnspec.c -lm && bnspec run -- ./kernel
 *
 * It computes in double whatever the data are. The profile `torch` says the rest: momentum is the weight of the new batch,
 * the running variance is divided by m - 1, training on one element per channel is an error. */
#include "bnspec.h"

#include <math.h>
#include <stddef.h>

const char *bnspec_card(void) {
  return "name=c two-pass\n"
         "version=1\n"
         "dtypes=f64,f32\n"
         "layouts=channels_first,channels_last\n"
         "saved=mean,inv_std\n"
         "profile=torch\n";
}

static double get(const bnspec_tensor *t, int64_t i) {
  return t->dtype == BNSPEC_F64 ? ((const double *)t->data)[i] : ((const float *)t->data)[i];
}

static void put(const bnspec_tensor *t, int64_t i, double value) {
  if (t->data == NULL) return; /* nobody asked */
  if (t->dtype == BNSPEC_F64) ((double *)t->data)[i] = value;
  else ((float *)t->data)[i] = (float)value;
}

/* One channel c of m elements; mean and variance are the batch's own, or the running ones. */
typedef struct {
  const bnspec_inputs *in;
  int64_t c, m;
  double mean, variance, r, gamma, beta;
} channel;

/* Where its element k is. */
static int64_t at(const channel *ch, int64_t k) {
  const bnspec_inputs *in = ch->in;
  return (k / in->inner * in->channels + ch->c) * in->inner + k % in->inner;
}

static double x(const channel *ch, int64_t k) { return get(&ch->in->x, at(ch, k)); }
static double dy(const channel *ch, int64_t k) { return get(&ch->in->dy, at(ch, k)); }
static double square(const channel *ch, int64_t k) { return (x(ch, k) - ch->mean) * (x(ch, k) - ch->mean); }
static double xhat(const channel *ch, int64_t k) { return (x(ch, k) - ch->mean) * ch->r; }
static double dy_xhat(const channel *ch, int64_t k) { return dy(ch, k) * xhat(ch, k); }

/* In halves: the error does not grow with the batch. */
static double sum(const channel *ch, double (*term)(const channel *, int64_t), int64_t from, int64_t to) {
  double s = 0;
  if (to - from > 8) return sum(ch, term, from, (from + to) / 2) + sum(ch, term, (from + to) / 2, to);
  for (int64_t k = from; k < to; k++) s += term(ch, k);
  return s;
}

static channel open_channel(const bnspec_inputs *in, int64_t c, int frozen) {
  channel ch = {in, c, in->outer * in->inner, 0, 0, 0, 1, 0};
  double m = ch.m > 0 ? (double)ch.m : 1;
  ch.mean = frozen ? get(&in->running_mean, c) : sum(&ch, x, 0, ch.m) / m;
  ch.variance = frozen ? get(&in->running_var, c) : sum(&ch, square, 0, ch.m) / m;
  ch.r = ch.variance + in->epsilon == 0 ? 0 : 1 / sqrt(ch.variance + in->epsilon);
  if (in->gamma.data) ch.gamma = get(&in->gamma, c);
  if (in->beta.data) ch.beta = get(&in->beta, c);
  return ch;
}

static int one_element(const bnspec_inputs *in, bnspec_outputs *out) {
  out->message = "expected more than 1 value per channel when training";
  return in->outer * in->inner == 1;
}

static void normalize(const channel *ch, bnspec_outputs *out) {
  for (int64_t k = 0; k < ch->m; k++) put(&out->y, at(ch, k), xhat(ch, k) * ch->gamma + ch->beta);
}

int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out) {
  for (int64_t c = 0; c < in->channels; c++) {
    channel ch = open_channel(in, c, 1);
    normalize(&ch, out);
  }
  return BNSPEC_OK;
}

int bnspec_train(const bnspec_inputs *in, bnspec_outputs *out) {
  double a = isnan(in->momentum) ? 1 / (double)(in->count + 1) : in->momentum; /* else a cumulative average */
  if (one_element(in, out)) return BNSPEC_ERROR;
  for (int64_t c = 0; c < in->channels; c++) {
    channel ch = open_channel(in, c, 0);
    double m = (double)ch.m;
    normalize(&ch, out);
    put(&out->mean, c, ch.mean);
    put(&out->inv_std, c, ch.r);
    if (!out->running_mean.data) continue;
    if (ch.m == 0) a = 0;
    put(&out->running_mean, c, (1 - a) * get(&in->running_mean, c) + a * ch.mean);
    put(&out->running_var, c, (1 - a) * get(&in->running_var, c) + a * (ch.variance * m / (m - 1)));
  }
  if (out->count.data) *(int64_t *)out->count.data = in->count + 1;
  return BNSPEC_OK;
}

static int gradients(const bnspec_inputs *in, bnspec_outputs *out, int frozen) {
  for (int64_t c = 0; c < in->channels; c++) {
    channel ch = open_channel(in, c, frozen);
    double dbeta = sum(&ch, dy, 0, ch.m), dgamma = sum(&ch, dy_xhat, 0, ch.m), m = (double)ch.m;
    for (int64_t k = 0; k < ch.m; k++) {
      double through = frozen ? dy(&ch, k) : dy(&ch, k) - dbeta / m - xhat(&ch, k) * dgamma / m;
      put(&out->dx, at(&ch, k), ch.gamma * ch.r * through);
    }
    put(&out->dgamma, c, dgamma);
    put(&out->dbeta, c, dbeta);
  }
  return BNSPEC_OK;
}

int bnspec_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  return one_element(in, out) ? BNSPEC_ERROR : gradients(in, out, 0);
}

int bnspec_infer_grad(const bnspec_inputs *in, bnspec_outputs *out) { return gradients(in, out, 1); }
