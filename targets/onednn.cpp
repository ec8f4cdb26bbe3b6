// oneDNN on the CPU: its batch normalization primitive, forward and backward, in float32. Versions 2 and 3 of its interface.
//
//     apt-get install libdnnl-dev
//     sh targets/install-matrix.sh onednn && bnspec run -- .venvs/onednn/onednn
//
// Channels are axis 1 of its dimensions, whatever the format in memory. It averages nothing: running statistics are the
// business of the caller. A gradient needs the statistics of the batch, so the forward pass is asked for them first.
#include "bnspec.h"

#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

namespace {

using namespace dnnl;
using Arguments = std::unordered_map<int, memory>;
using Backward = batch_normalization_backward;
using Forward = batch_normalization_forward;

const engine &cpu() {
  static const engine one(engine::kind::cpu, 0);
  return one;
}

memory::desc layout(const bnspec_inputs &in) {
  using tag = memory::format_tag;
  static const tag first[] = {tag::ab, tag::abc, tag::abcd, tag::abcde}, last[] = {tag::ab, tag::acb, tag::acdb, tag::acdeb};
  const int rank = in.x.rank;
  memory::dims dims(in.x.shape, in.x.shape + rank);
  const bool behind = in.layout == BNSPEC_CHANNELS_LAST;
  if (behind) {
    dims.insert(dims.begin() + 1, dims.back());
    dims.pop_back();
  }
  return {dims, memory::data_type::f32, (behind ? last : first)[rank - 2]};
}

memory over(const memory::desc &desc, const bnspec_tensor &tensor) { return {desc, cpu(), tensor.data}; }

struct Question {
  explicit Question(const bnspec_inputs &inputs, bool frozen) : in(inputs), desc(layout(inputs)), training(!frozen) {
    flags = frozen ? normalization_flags::use_global_stats : normalization_flags::none;
    if (in.gamma.data) flags = flags | normalization_flags::use_scale;
    if (in.beta.data) flags = flags | normalization_flags::use_shift;
  }

  Forward::primitive_desc forward() const {
    const auto kind = training ? prop_kind::forward_training : prop_kind::forward_inference;
    const auto epsilon = static_cast<float>(in.epsilon);
#if DNNL_VERSION_MAJOR >= 3
    return {cpu(), kind, desc, desc, epsilon, flags};
#else
    return {Forward::desc(kind, desc, epsilon, flags), cpu()};
#endif
  }

  Backward::primitive_desc backward() const {
    // With parameters absent both ways there is nothing but dx to be had.
    const auto kind = in.gamma.data || in.beta.data ? prop_kind::backward : prop_kind::backward_data;
    const auto epsilon = static_cast<float>(in.epsilon);
#if DNNL_VERSION_MAJOR >= 3
    return {cpu(), kind, desc, desc, desc, epsilon, flags, forward()};
#else
    return {Backward::desc(kind, desc, desc, epsilon, flags), cpu(), forward()};
#endif
  }

  /** What both directions read: x, the parameters, and statistics that stand in `mean` and `variance`. */
  Arguments given(const bnspec_tensor &mean, const bnspec_tensor &variance) const {
    const memory::desc list({in.channels}, memory::data_type::f32, memory::format_tag::a);
    Arguments all{{DNNL_ARG_SRC, over(desc, in.x)}, {DNNL_ARG_MEAN, over(list, mean)}, {DNNL_ARG_VARIANCE, over(list, variance)}};
    if (in.gamma.data) all.insert({DNNL_ARG_SCALE, over(list, in.gamma)});
    if (in.beta.data) all.insert({DNNL_ARG_SHIFT, over(list, in.beta)});
    return all;
  }

  void run(const primitive &what, const Arguments &arguments) const {
    stream queue(cpu());
    what.execute(queue, arguments);
    queue.wait();
  }

  const bnspec_inputs &in;
  const memory::desc desc;
  const bool training;
  normalization_flags flags;
};

int normalize(const bnspec_inputs *in, bool frozen, const bnspec_tensor &mean, const bnspec_tensor &variance, const bnspec_tensor &y) {
  const Question question(*in, frozen);
  Arguments arguments = question.given(mean, variance);
  arguments.insert({DNNL_ARG_DST, over(question.desc, y)});
  question.run(Forward(question.forward()), arguments);
  return BNSPEC_OK;
}

int differentiate(const bnspec_inputs *in, bool frozen, const bnspec_tensor &mean, const bnspec_tensor &variance, bnspec_outputs *out) {
  const Question question(*in, frozen);
  const memory::desc list({in->channels}, memory::data_type::f32, memory::format_tag::a);
  Arguments arguments = question.given(mean, variance);
  arguments.insert({DNNL_ARG_DIFF_DST, over(question.desc, in->dy)});
  arguments.insert({DNNL_ARG_DIFF_SRC, over(question.desc, out->dx)});
  if (in->gamma.data) arguments.insert({DNNL_ARG_DIFF_SCALE, over(list, out->dgamma)});
  if (in->beta.data) arguments.insert({DNNL_ARG_DIFF_SHIFT, over(list, out->dbeta)});
  question.run(Backward(question.backward()), arguments);
  return BNSPEC_OK;
}

int refused(bnspec_outputs *out, const char *message) {
  out->message = message;
  return BNSPEC_ERROR;
}

template <class Work> int guarded(bnspec_outputs *out, const Work &work) {
  static std::vector<char> kept;
  try {
    return work();
  } catch (const std::exception &failure) {
    const std::string text = failure.what();
    kept.assign(text.begin(), text.end());
    kept.push_back(0);
    return refused(out, kept.data());
  }
}

} // namespace

const char *bnspec_card(void) {
  static const std::string card = "name=oneDNN\nversion=" + std::to_string(dnnl_version()->major) + "." +
                                  std::to_string(dnnl_version()->minor) + "." + std::to_string(dnnl_version()->patch) +
                                  "\ndtypes=f32\nlayouts=channels_first,channels_last\nsaved=mean,variance\nprofile=onednn\n";
  return card.c_str();
}

int bnspec_train(const bnspec_inputs *in, bnspec_outputs *out) {
  return guarded(out, [&] { return normalize(in, false, out->mean, out->variance, out->y); });
}

int bnspec_infer(const bnspec_inputs *in, bnspec_outputs *out) {
  return guarded(out, [&] { return normalize(in, true, in->running_mean, in->running_var, out->y); });
}

int bnspec_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  return guarded(out, [&] {
    std::vector<float> y(in->x.size), mean(in->channels), variance(in->channels);
    bnspec_tensor whole = in->x, first = in->x, second = in->x;
    whole.data = y.data(), first.data = mean.data(), second.data = variance.data();
    normalize(in, false, first, second, whole);
    return differentiate(in, false, first, second, out);
  });
}

int bnspec_infer_grad(const bnspec_inputs *in, bnspec_outputs *out) {
  return guarded(out, [&] { return differentiate(in, true, in->running_mean, in->running_var, out); });
}
