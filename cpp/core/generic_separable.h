// Rows first, then columns, then depths, for windows of any kind. In this order, and combining the earlier with the
// later, the first of equal maxima and the last NaN in row-major order win by themselves, and every input row is read
// once, from where it lies.
#pragma once

#include "elements.h"
#include "finish.h"
#include "fold.h"
#include "line.h"
#include "way.h"

namespace poolscope {

class GenericSeparable final : public Way {
 public:
  GenericSeparable(const Plan& plan, const Elements& elements, const double* samples)
      : plan_(plan), elements_(elements), samples_(samples), rows_source_{*this}, slabs_source_{*this} {}

  bool prepare() override;
  void reduce_plane(const uint8_t* input, uint8_t* output, int32_t* indices) override;

 private:
  struct RowsSource final : RowSource {
    explicit RowsSource(GenericSeparable& owner) : reduction(owner) {}
    Row row(int32_t position, const Row& slot) override { return reduction.read_row(position, slot); }
    GenericSeparable& reduction;
  };
  struct SlabsSource final : RowSource {
    explicit SlabsSource(GenericSeparable& owner) : reduction(owner) {}
    Row row(int32_t position, const Row& slot) override { return reduction.read_slab(position, slot); }
    GenericSeparable& reduction;
  };

  Row read_row(int32_t y, const Row& slot);
  Row read_slab(int32_t z, const Row& slot);
  Row row_slice(const Row& slab, int64_t y) const;

  Plan plan_;
  const Elements& elements_;
  const double* samples_;  ///< fractional: of all planes, as they come
  int64_t planes_done_ = 0;
  RowsSource rows_source_;
  SlabsSource slabs_source_;
  Line line_;
  Fold rows_, slabs_;
  Finisher finisher_;
  Buffer scratch_;
  size_t inner_ = 1, row_elements_ = 0;
  bool deep_ = false;
  const uint8_t* plane_ = nullptr;
  int32_t depth_ = 0;
};

}  // namespace poolscope
