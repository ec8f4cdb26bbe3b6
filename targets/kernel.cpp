// A right batch normalization in C++, and the template of a kernel: copy it, call your own, keep the rest.
//
//     c++ -O2 -shared -fPIC -o kernel.so kernel.cpp && bnspec run ./kernel.so
//
// It computes in the type of the data. The profile `torch` says the rest: momentum is the weight of the new batch, the
// running variance is divided by m - 1, training on one element per channel is an error.
#include "bnspec.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace {

template <class T> T *values(const bnspec_tensor &t) { return static_cast<T *>(t.data); }

template <class T> T value(const bnspec_tensor &t, int64_t c, T absent) { return t.data ? values<T>(t)[c] : absent; }

template <class T> void store(const bnspec_tensor &t, int64_t c, T v) {
  if (t.data) values<T>(t)[c] = v; // else nobody asked
}

// In halves: the error does not grow with the batch.
template <class T, class Term> T sum(int64_t from, int64_t to, const Term &term) {
  if (to - from > 8) return sum<T>(from, (from + to) / 2, term) + sum<T>((from + to) / 2, to, term);
  T s = 0;
  for (int64_t k = from; k < to; k++) s += term(k);
  return s;
}

// One channel: its elements normalized, by its own statistics or the running ones.
template <class T> struct Channel {
  const bnspec_inputs &in;
  const int64_t c, m = in.outer * in.inner;
  const T gamma = value<T>(in.gamma, c, 1), beta = value<T>(in.beta, c, 0);
  T mean, variance, r;
  std::vector<T> xhat;

  Channel(const bnspec_inputs &of, int64_t number, bool frozen) : in(of), c(number), xhat(m) {
    const T *x = values<T>(in.x), count = m > 0 ? m : 1;
    mean = frozen ? values<T>(in.running_mean)[c] : sum<T>(0, m, [&](int64_t k) { return x[at(k)]; }) / count;
    const auto square = [&](int64_t k) { return (x[at(k)] - mean) * (x[at(k)] - mean); };
    variance = frozen ? values<T>(in.running_var)[c] : sum<T>(0, m, square) / count;
    const T d = variance + static_cast<T>(in.epsilon);
    r = d == 0 ? 0 : 1 / std::sqrt(d);
    for (int64_t k = 0; k < m; k++) xhat[k] = (x[at(k)] - mean) * r;
  }

  // Where element k is.
  int64_t at(int64_t k) const { return (k / in.inner * in.channels + c) * in.inner + k % in.inner; }

  void normalize(const bnspec_outputs &out) const {
    for (int64_t k = 0; k < m; k++) values<T>(out.y)[at(k)] = xhat[k] * gamma + beta;
  }
};

struct Infer {
  template <class T> static void channel(const bnspec_inputs &in, const bnspec_outputs &out, int64_t c) {
    Channel<T>(in, c, true).normalize(out);
  }
};

struct Train {
  template <class T> static void channel(const bnspec_inputs &in, const bnspec_outputs &out, int64_t c) {
    const Channel<T> ch(in, c, false);
    const double momentum = std::isnan(in.momentum) ? 1.0 / (in.count + 1) : in.momentum; // else a cumulative average
    const T a = static_cast<T>(ch.m == 0 ? 0 : momentum), m = ch.m;
    ch.normalize(out);
    store(out.mean, c, ch.mean);
    store(out.inv_std, c, ch.r);
    if (!out.running_mean.data) return;
    store(out.running_mean, c, (1 - a) * values<T>(in.running_mean)[c] + a * ch.mean);
    store(out.running_var, c, (1 - a) * values<T>(in.running_var)[c] + a * (ch.variance * (m / (m - 1))));
  }
};

template <bool frozen> struct Grad {
  template <class T> static void channel(const bnspec_inputs &in, const bnspec_outputs &out, int64_t c) {
    const Channel<T> ch(in, c, frozen);
    const T *dy = values<T>(in.dy), m = ch.m;
    const T dbeta = sum<T>(0, ch.m, [&](int64_t k) { return dy[ch.at(k)]; });
    const T dgamma = sum<T>(0, ch.m, [&](int64_t k) { return dy[ch.at(k)] * ch.xhat[k]; });
    for (int64_t k = 0; k < ch.m; k++) {
      const T through = frozen ? dy[ch.at(k)] : dy[ch.at(k)] - dbeta / m - ch.xhat[k] * (dgamma / m);
      values<T>(out.dx)[ch.at(k)] = ch.gamma * ch.r * through;
    }
    store(out.dgamma, c, dgamma);
    store(out.dbeta, c, dbeta);
  }
};

template <class Op> int each_channel(const bnspec_inputs &in, const bnspec_outputs &out) {
  for (int64_t c = 0; c < in.channels; c++) {
    if (in.x.dtype == BNSPEC_F64) Op::template channel<double>(in, out, c);
    else Op::template channel<float>(in, out, c);
  }
  return BNSPEC_OK;
}

int one_element(bnspec_outputs *out) {
  out->message = "expected more than 1 value per channel when training";
  return BNSPEC_ERROR;
}

} // namespace

const char *bnspec_card() {
  return "name=c++ two-pass\n"
         "version=1\n"
         "dtypes=f64,f32\n"
         "layouts=channels_first,channels_last\n"
         "saved=mean,inv_std\n"
         "profile=torch\n";
}

int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out) { return each_channel<Infer>(*in, *out); }

int bnspec_train(const bnspec_inputs *in, bnspec_outputs *out) {
  if (in->outer * in->inner == 1) return one_element(out);
  store<int64_t>(out->count, 0, in->count + 1);
  return each_channel<Train>(*in, *out);
}

int bnspec_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  return in->outer * in->inner == 1 ? one_element(out) : each_channel<Grad<false>>(*in, *out);
}

int bnspec_infer_grad(const bnspec_inputs *in, bnspec_outputs *out) { return each_channel<Grad<true>>(*in, *out); }
