/* A right batch normalization in CUDA, and the template of a kernel: copy it, call your own, keep the rest.
 *
 *     nvcc -O2 -shared -Xcompiler -fPIC -o kernel.so kernel.cu && bnspec run ./kernel.so
 *     nvcc -O2 -o kernel kernel.cu -x c bnspec.c && bnspec run -- ./kernel        or offline: ./kernel --answer questions
 *
 * One block per channel, its sums a tree, in the dtype of the data. Do not add --use_fast_math: its division and root are not those
 * of IEEE 754, and the bounds notice. The profile `torch` says the rest. */
#include "bnspec.h"

#include <cuda_runtime.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

extern "C" const char *bnspec_card(void) {
  return "name=cuda two-pass\nversion=1\ndtypes=f64,f32\nlayouts=channels_first,channels_last\nsaved=mean,inv_std\nprofile=torch\n";
}

namespace {

constexpr int threads = 256;

/* Of x: element k of channel c is at (k / inner * C + c) * inner + k % inner. */
struct Shape {
  int64_t C, inner, m;
  __device__ int64_t at(int64_t k) const { return (k / inner * C + blockIdx.x) * inner + k % inner; }
};

/* The sum over a block: every thread gets it. */
template <typename T>
__device__ T block_sum(T value) {
  __shared__ T parts[threads];
  parts[threadIdx.x] = value;
  for (int half = threads / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) parts[threadIdx.x] += parts[threadIdx.x + half];
  }
  __syncthreads();
  T sum = parts[0];
  __syncthreads(); /* nobody may begin the next sum before everybody has read this one */
  return sum;
}

/* Mean and variance (divided by m) of the block's channel: first the one, then the other around it. */
template <typename T>
__global__ void moments(const T *x, T *mean, T *variance, Shape s) {
  T sum = 0, squares = 0, of = s.m > 0 ? T(s.m) : T(1);
  for (int64_t k = threadIdx.x; k < s.m; k += threads) sum += x[s.at(k)];
  T mu = block_sum(sum) / of;
  for (int64_t k = threadIdx.x; k < s.m; k += threads) squares += (x[s.at(k)] - mu) * (x[s.at(k)] - mu);
  T sigma2 = block_sum(squares) / of;
  if (threadIdx.x == 0) mean[blockIdx.x] = mu, variance[blockIdx.x] = sigma2;
}

/* 1 / sqrt(variance + epsilon), and 0 where there is nothing under the root. */
template <typename T>
__device__ T inverse(T variance, double epsilon) {
  T under = variance + T(epsilon);
  return under == 0 ? T(0) : T(1) / sqrt(under);
}

template <typename T>
__global__ void normalize(const T *x, T *y, const T *mean, const T *variance, T *inv_std, const T *gamma, const T *beta,
                          double epsilon, Shape s) {
  int c = blockIdx.x;
  T r = inverse(variance[c], epsilon), g = gamma ? gamma[c] : T(1), b = beta ? beta[c] : T(0);
  for (int64_t k = threadIdx.x; k < s.m; k += threads) y[s.at(k)] = (x[s.at(k)] - mean[c]) * r * g + b;
  if (inv_std && threadIdx.x == 0) inv_std[c] = r;
}

template <typename T>
__global__ void gradients(const T *x, const T *dy, T *dx, const T *mean, const T *variance, const T *gamma, T *dgamma, T *dbeta,
                          double epsilon, bool frozen, Shape s) {
  int c = blockIdx.x;
  T r = inverse(variance[c], epsilon), g = gamma ? gamma[c] : T(1), along = 0, all = 0;
  for (int64_t k = threadIdx.x; k < s.m; k += threads) {
    along += dy[s.at(k)] * ((x[s.at(k)] - mean[c]) * r);
    all += dy[s.at(k)];
  }
  along = block_sum(along), all = block_sum(all);
  T of = T(s.m); /* what does not go through the statistics must not touch their sums: one NaN would spread */
  for (int64_t k = threadIdx.x; k < s.m; k += threads) {
    T xhat = (x[s.at(k)] - mean[c]) * r;
    dx[s.at(k)] = g * r * (frozen ? dy[s.at(k)] : dy[s.at(k)] - all / of - xhat * (along / of));
  }
  if (dgamma && threadIdx.x == 0) dgamma[c] = along;
  if (dbeta && threadIdx.x == 0) dbeta[c] = all;
}

/* What the device refuses is a crash, never an answer. */
void must(cudaError_t error) {
  if (error == cudaSuccess) return;
  fprintf(stderr, "CUDA: %s\n", cudaGetErrorString(error));
  abort();
}

/* A tensor on the device, NULL where it is absent; an output is brought back by home(). */
template <typename T>
class Device {
 public:
  explicit Device(const bnspec_tensor &host) : host(host) {
    if (!host.data) return;
    must(cudaMalloc(&data, bytes() > 0 ? bytes() : 1));
    must(cudaMemcpy(data, host.data, bytes(), cudaMemcpyHostToDevice));
  }
  Device(const Device &) = delete;
  ~Device() { cudaFree(data); }
  void home() const {
    if (data) must(cudaMemcpy(host.data, data, bytes(), cudaMemcpyDeviceToHost));
  }
  operator T *() const { return data; }

 private:
  size_t bytes() const { return size_t(host.size) * sizeof(T); }
  bnspec_tensor host;
  T *data = nullptr;
};

/* Two numbers per channel that only the device sees. */
template <typename T>
struct Moments {
  T *mean = nullptr, *variance = nullptr;
  explicit Moments(int64_t C) {
    must(cudaMalloc(&mean, size_t(C) * sizeof(T)));
    must(cudaMalloc(&variance, size_t(C) * sizeof(T)));
  }
  ~Moments() { cudaFree(mean), cudaFree(variance); }
};

Shape shape(const bnspec_inputs *in) { return {in->channels, in->inner, in->outer * in->inner}; }

template <typename T>
int train(const bnspec_inputs *in, bnspec_outputs *out) {
  Shape s = shape(in);
  Device<T> x(in->x), gamma(in->gamma), beta(in->beta), y(out->y), mean(out->mean), inv_std(out->inv_std);
  Moments<T> own(s.C);
  moments<T><<<unsigned(s.C), threads>>>(x, own.mean, own.variance, s);
  normalize<T><<<unsigned(s.C), threads>>>(x, y, own.mean, own.variance, inv_std, gamma, beta, in->epsilon, s);
  must(cudaGetLastError());
  if (out->mean.data) must(cudaMemcpy(mean, own.mean, size_t(s.C) * sizeof(T), cudaMemcpyDeviceToDevice));
  y.home(), mean.home(), inv_std.home();
  if (out->count.data) *(int64_t *)out->count.data = in->count + 1;
  if (!out->running_mean.data) return BNSPEC_OK;
  T *variance = (T *)malloc(size_t(s.C) * sizeof(T)), *batch_mean = (T *)malloc(size_t(s.C) * sizeof(T));
  must(cudaMemcpy(variance, own.variance, size_t(s.C) * sizeof(T), cudaMemcpyDeviceToHost));
  must(cudaMemcpy(batch_mean, own.mean, size_t(s.C) * sizeof(T), cudaMemcpyDeviceToHost));
  double a = s.m == 0 ? 0 : std::isnan(in->momentum) ? 1 / double(in->count + 1) : in->momentum;
  for (int64_t c = 0; c < s.C; c++) {
    double m = double(s.m), old_mean = ((T *)in->running_mean.data)[c], old_variance = ((T *)in->running_var.data)[c];
    ((T *)out->running_mean.data)[c] = T((1 - a) * old_mean + a * batch_mean[c]);
    ((T *)out->running_var.data)[c] = T((1 - a) * old_variance + (s.m == 0 ? 0 : a * (variance[c] * m / (m - 1))));
  }
  free(variance), free(batch_mean);
  return BNSPEC_OK;
}

template <typename T>
int infer(const bnspec_inputs *in, bnspec_outputs *out) {
  Device<T> x(in->x), gamma(in->gamma), beta(in->beta), mean(in->running_mean), variance(in->running_var), y(out->y);
  normalize<T><<<unsigned(in->channels), threads>>>(x, y, mean, variance, nullptr, gamma, beta, in->epsilon, shape(in));
  must(cudaGetLastError());
  y.home();
  return BNSPEC_OK;
}

template <typename T>
int grad(const bnspec_inputs *in, bnspec_outputs *out, bool frozen) {
  Shape s = shape(in);
  Device<T> x(in->x), dy(in->dy), gamma(in->gamma), mean(in->running_mean), variance(in->running_var);
  Device<T> dx(out->dx), dgamma(out->dgamma), dbeta(out->dbeta);
  Moments<T> own(s.C);
  if (!frozen) moments<T><<<unsigned(s.C), threads>>>(x, own.mean, own.variance, s);
  const T *mu = frozen ? (T *)mean : own.mean, *sigma2 = frozen ? (T *)variance : own.variance;
  gradients<T><<<unsigned(s.C), threads>>>(x, dy, dx, mu, sigma2, gamma, dgamma, dbeta, in->epsilon, frozen, s);
  must(cudaGetLastError());
  dx.home(), dgamma.home(), dbeta.home();
  return BNSPEC_OK;
}

bool is_double(const bnspec_inputs *in) { return in->x.dtype == BNSPEC_F64; }

bool one_element(const bnspec_inputs *in, bnspec_outputs *out) {
  out->message = "expected more than 1 value per channel when training";
  return in->outer * in->inner == 1;
}

}  // namespace

extern "C" int bnspec_train(const bnspec_inputs *in, bnspec_outputs *out) {
  if (one_element(in, out)) return BNSPEC_ERROR;
  return is_double(in) ? train<double>(in, out) : train<float>(in, out);
}

extern "C" int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out) {
  return is_double(in) ? infer<double>(in, out) : infer<float>(in, out);
}

extern "C" int bnspec_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  if (one_element(in, out)) return BNSPEC_ERROR;
  return is_double(in) ? grad<double>(in, out, false) : grad<float>(in, out, false);
}

extern "C" int bnspec_infer_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  return is_double(in) ? grad<double>(in, out, true) : grad<float>(in, out, true);
}
