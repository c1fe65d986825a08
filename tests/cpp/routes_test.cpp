// Which algorithm serves the layers of well-known networks, and pictures: a change of the choice is seen here.
#include "core/api/pool.h"

#include <gtest/gtest.h>

#include <string>

namespace poolscope {
namespace {

struct Layer {
  const char* what;
  Operator op;
  DType dtype;
  bool channels_last, with_indices;
  int64_t channels, height, width, kernel, stride, padding;
  Route route;
};

Plan plan_of(const Layer& layer) {
  Request r;
  r.op = layer.op;
  r.dtype = layer.dtype;
  r.channels_last = layer.channels_last;
  r.with_indices = layer.with_indices;
  r.channels = layer.channels;
  r.input = {1, layer.height, layer.width};
  r.kernel = {1, layer.kernel, layer.kernel};
  r.stride = {1, layer.stride, layer.stride};
  r.pad_before = r.pad_after = {0, layer.padding, layer.padding};
  if (is_adaptive(layer.op)) r.size = {-1, 1, 1};
  Plan plan;
  EXPECT_FALSE(make_plan(r, plan)) << layer.what;
  return plan;
}

constexpr Operator max = Operator::max, avg = Operator::avg;
constexpr DType f32 = DType::float32, u8 = DType::uint8;
constexpr bool first = false, last = true, values = false, indices = true;

constexpr Layer layers[] = {
    {"VGG-16, pool1", max, f32, first, values, 64, 224, 224, 2, 2, 0, Route::direct_square},
    {"VGG-16, pool4", max, f32, first, values, 512, 28, 28, 2, 2, 0, Route::direct_square},
    {"VGG-16, pool5", max, f32, first, values, 512, 14, 14, 2, 2, 0, Route::interleaved_planes},
    {"ResNet, stem", max, f32, first, values, 64, 112, 112, 3, 2, 1, Route::direct_square},
    {"ResNet, head", Operator::adaptive_avg, f32, first, values, 2048, 7, 7, 1, 1, 0, Route::global_average},
    {"GoogLeNet, inception 3", max, f32, first, values, 192, 28, 28, 3, 1, 1, Route::direct_square},
    {"GoogLeNet, inception 5", max, f32, first, values, 832, 7, 7, 3, 1, 1, Route::interleaved_planes},
    {"Inception-v3, average", avg, f32, first, values, 192, 35, 35, 3, 1, 1, Route::direct_square},
    {"DenseNet, transition 1", avg, f32, first, values, 128, 56, 56, 2, 2, 0, Route::direct_square},
    {"16 x 16 by two", max, f32, first, values, 256, 16, 16, 2, 2, 0, Route::direct_square},
    {"SPPF at 448", max, f32, first, values, 256, 14, 14, 5, 1, 2, Route::direct_square},
    {"SPPF at 224", max, f32, first, values, 256, 7, 7, 5, 1, 2, Route::interleaved_planes},
    {"SegNet, encoder 1", max, f32, first, indices, 64, 224, 224, 2, 2, 0, Route::argmax_2x2},
    {"SegNet, encoder 4", max, f32, first, indices, 256, 16, 16, 2, 2, 0, Route::argmax_2x2},
    {"YOLO, SPPF at 640", max, f32, first, values, 256, 20, 20, 5, 1, 2, Route::direct_square},
    {"U-Net", max, f32, first, values, 64, 572, 572, 2, 2, 0, Route::direct_square},
    {"MobileNet in TensorFlow's layout", max, f32, last, values, 64, 112, 112, 3, 2, 1, Route::direct_nhwc},
    {"thumbnail of a picture", avg, u8, last, values, 4, 480, 640, 2, 2, 0, Route::direct_square},
    {"blur of a picture", avg, u8, last, values, 4, 480, 640, 9, 1, 4, Route::box_filter},
    {"dilation of a picture", max, u8, last, values, 4, 480, 640, 15, 1, 7, Route::van_herk},
    {"wide window", avg, f32, first, values, 1, 480, 640, 31, 1, 15, Route::generic_separable},
};

TEST(Routes, OfKnownLayers) {
  if (std::string(simd_name()) == "scalar") GTEST_SKIP() << "one lane has fewer kernels";
  for (const Layer& layer : layers) {
    EXPECT_STREQ(name_of(choose_route(plan_of(layer))), name_of(layer.route)) << layer.what;
  }
}

TEST(Routes, AnyWindowHasTheGenericOne) {
  for (const Layer& layer : layers) {
    const Plan plan = plan_of(layer);
    EXPECT_EQ(supports(Route::generic_separable, plan), layer.route != Route::global_average) << layer.what;
    EXPECT_TRUE(supports(choose_route(plan), plan)) << layer.what;
    EXPECT_FALSE(supports(Route::scatter, plan)) << layer.what;
  }
}

TEST(Routes, GradientsAndUnpoolingScatter) {
  for (const Operator op :
       {Operator::max_unpool, Operator::max_backward, Operator::avg_backward, Operator::adaptive_avg_backward}) {
    Request r;
    r.op = op;
    r.input = {1, 4, 4};
    r.size = {1, 4, 4};
    Plan plan;
    ASSERT_FALSE(make_plan(r, plan));
    for (int32_t route = 0; route < route_count; ++route) {
      EXPECT_EQ(supports(static_cast<Route>(route), plan), static_cast<Route>(route) == Route::scatter);
    }
  }
}

TEST(Routes, HaveNames) {
  EXPECT_STREQ(name_of(Route::scatter), "scatter");
  EXPECT_STREQ(name_of(Route::generic_separable), "generic_separable");
}

}  // namespace
}  // namespace poolscope
