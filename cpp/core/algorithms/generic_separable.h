// Separable reduction of any window: along rows, then columns, then depths. In this order, combining the earlier with
// the later, the first of equal maxima and the last NaN in row-major order win, as in PyTorch. Every input row is read
// once, where it lies.
#pragma once

#include "core/algorithms/algorithm.h"
#include "core/algorithms/horizontal_pass.h"
#include "core/algorithms/vertical_pass.h"
#include "core/convert/conversion.h"
#include "core/convert/epilogue.h"
#include "core/support/buffer.h"

namespace poolscope {

class GenericSeparable final : public Algorithm {
 public:
  GenericSeparable(const Plan& plan, const Conversion& conversion, const double* samples)
      : plan_(plan), conversion_(conversion), samples_(samples), rows_source_{*this}, slabs_source_{*this} {}

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  struct RowsSource final : RowSource {
    explicit RowsSource(GenericSeparable& owner) : reduction(owner) {}
    RowView row(int32_t position, const RowView& slot) override { return reduction.read_row(position, slot); }
    GenericSeparable& reduction;
  };
  struct SlabsSource final : RowSource {
    explicit SlabsSource(GenericSeparable& owner) : reduction(owner) {}
    RowView row(int32_t position, const RowView& slot) override { return reduction.read_slab(position, slot); }
    GenericSeparable& reduction;
  };

  RowView read_row(int32_t y, const RowView& slot);
  RowView read_slab(int32_t z, const RowView& slot);
  RowView row_slice(const RowView& slab, int64_t y) const;

  Plan plan_;
  const Conversion& conversion_;
  const double* samples_;  ///< fractional: of all planes, as they come
  int64_t planes_done_ = 0;
  RowsSource rows_source_;
  SlabsSource slabs_source_;
  HorizontalPass horizontal_pass_;
  VerticalPass rows_, slabs_;
  Epilogue epilogue_;
  Buffer scratch_;
  size_t inner_ = 1, row_elements_ = 0;
  bool deep_ = false;
  const uint8_t* plane_ = nullptr;
  int32_t depth_ = 0;
};

}  // namespace poolscope
