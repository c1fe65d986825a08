// One dimension of a pooling window: the only place where shape formulas live. Everything is constexpr and separable: a
// 2-d or 3-d window is a product of axes. Sources: PyTorch's Pool.h (output length, drop rule), AdaptivePooling.h
// (start, end), FractionalMaxPool2d.cpp (sequence); ONNX's MaxPool-22 (begin / end padding, SAME).
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace poolscope {

/// Division rounding toward minus infinity; C++'s rounds toward zero and would accept windows that do not fit.
constexpr int64_t floor_div(int64_t a, int64_t b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }
constexpr int64_t ceil_div(int64_t a, int64_t b) { return -floor_div(-a, b); }

struct Axis {
  enum class Kind : uint8_t { sliding, adaptive, fractional };

  int64_t input = 1;
  int64_t output = 1;
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t dilation = 1;
  int64_t pad_before = 0;
  int64_t pad_after = 0;
  Kind kind = Kind::sliding;
  bool dropped = false;           ///< ceil_mode made one window more, and the drop rule took it away
  bool single_precision = false;  ///< fractional: PyTorch computes the sequence in the input's own float type
  double sample = 0;              ///< fractional: u in [0, 1) of this plane

  /// Cells from a window's first tap to its last: the effective kernel (k - 1)·d + 1.
  constexpr int64_t effective_kernel() const { return (kernel - 1) * dilation + 1; }

  /// Cells from the first tap of a window to the last of the window `windows` - 1 after it.
  constexpr int64_t span_of(int64_t windows) const { return (windows - 1) * stride + effective_kernel(); }

  /// Cells of a line padded so that every window of a sliding axis lies in it.
  constexpr int64_t padded_cells() const { return std::max(span_of(output), input + pad_before); }

  /// Whether every window of a sliding axis lies in the input.
  constexpr bool all_inside() const { return pad_before == 0 && span_of(output) <= input; }

  struct Windows {
    int64_t begin, end;
  };
  /// The windows of a sliding axis all of whose taps are in the input, from begin to before end.
  [[gnu::noinline]] constexpr Windows interior_windows() const {
    const int64_t begin = std::min(ceil_div(pad_before, stride), output);
    return {begin, std::clamp(floor_div(input + pad_before - effective_kernel(), stride) + 1, begin, output)};
  }

  /// First tap of window q; negative inside the padding.
  [[gnu::noinline]] constexpr int64_t start(int64_t q) const {
    switch (kind) {
      case Kind::adaptive: return q / output * input + q % output * input / output;
      case Kind::fractional: return fractional_start(q);
      case Kind::sliding: break;
    }
    return q * stride - pad_before;
  }

  /// Taps of window q, real or not: the kernel, or the adaptive window's own length.
  [[gnu::noinline]] constexpr int64_t taps(int64_t q) const {
    if (kind != Kind::adaptive) return kernel;
    return 1 + ((q + 1) * input - 1) / output - start(q);
  }

  /// The largest number of taps of any window.
  [[gnu::noinline]] constexpr int64_t max_taps() const {
    if (kind != Kind::adaptive) return kernel;
    // Window q begins within a cell by (q * input) % output parts of it: every multiple of the divisor, once q has run.
    return output < 1 ? 1 : 1 + ceil_div(input - std::gcd(input, output), output);
  }

  [[gnu::noinline]] constexpr int64_t first_valid_tap(int64_t q) const {
    const int64_t first = start(q);
    return first >= 0 ? 0 : ceil_div(-first, dilation);
  }

  /// Taps of window q that are real input cells.
  constexpr int64_t valid(int64_t q) const { return std::max<int64_t>(taps_below(q, input) - first_valid_tap(q), 0); }

  /// Taps of window q inside the input and its declared padding: what count_include_pad counts. The overhang of
  /// ceil_mode beyond the padding is not counted (PyTorch's AvgPoolKernel.cpp).
  constexpr int64_t counted(int64_t q) const { return taps_below(q, input + pad_after); }

  /// Cells past the padded edge that the last window reaches (ceil_mode), else 0.
  constexpr int64_t overhang() const {
    if (kind != Kind::sliding || output < 1) return 0;
    return std::max<int64_t>(start(output - 1) + effective_kernel() - (input + pad_after), 0);
  }

  constexpr int64_t numerator() const { return input + pad_before + pad_after - dilation * (kernel - 1) - 1; }

  /// Sets `output` (and `dropped`) from the other numbers; it may come out below 1, which the caller refuses.
  constexpr void set_output_size(bool ceil_mode) {
    output = floor_div(numerator() + (ceil_mode ? stride - 1 : 0), stride) + 1;
    dropped = ceil_mode && (output - 1) * stride >= input + pad_before;
    if (dropped) --output;
  }

  /// ONNX SAME_UPPER / SAME_LOWER, TensorFlow's "same": ceil(n / s) windows, the odd cell at the end / the beginning.
  constexpr void set_output_size_same(bool lower) {
    output = ceil_div(input, stride);
    const int64_t total = std::max<int64_t>(span_of(output) - input, 0);
    pad_before = lower ? total - total / 2 : total / 2;
    pad_after = total - pad_before;
  }

 private:
  [[gnu::noinline]] constexpr int64_t taps_below(int64_t q, int64_t limit) const {
    const int64_t room = limit - start(q);
    return room <= 0 ? 0 : std::min(taps(q), (room - 1) / dilation + 1);
  }

  constexpr int64_t fractional_start(int64_t q) const {
    if (q == output - 1) return input - kernel;
    if (single_precision) {
      const float alpha = static_cast<float>(input - kernel) / static_cast<float>(output - 1);
      const float u = static_cast<float>(sample);
      return std::min(static_cast<int64_t>((static_cast<float>(q) + u) * alpha) - static_cast<int64_t>(u * alpha),
                      input - kernel);
    }
    const double alpha = static_cast<double>(input - kernel) / static_cast<double>(output - 1);
    return std::min(
        static_cast<int64_t>((static_cast<double>(q) + sample) * alpha) - static_cast<int64_t>(sample * alpha),
        input - kernel);
  }
};

/// How many windows read each input cell; `coverage` has `axis.input` entries. O(input + output) for any kernel.
template <class Integer>
constexpr void count_coverage(const Axis& axis, Integer* coverage) {
  std::fill(coverage, coverage + axis.input, Integer{0});
  for (int64_t q = 0; q < axis.output; ++q) {
    const int64_t count = axis.valid(q);
    if (count == 0) continue;
    const int64_t first = axis.start(q) + axis.first_valid_tap(q) * axis.dilation;
    const int64_t end = first + count * axis.dilation;
    ++coverage[first];
    if (end < axis.input) --coverage[end];
  }
  for (int64_t i = axis.dilation; i < axis.input; ++i) coverage[i] += coverage[i - axis.dilation];
}

}  // namespace poolscope
