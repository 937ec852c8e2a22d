// Shared by the C++ peers: the benchmarks' generator, delay distributions, clock and result line (twin of ../random.ts).
#pragma once
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

constexpr double kUnit = 1e9;     // ticks in one model unit: PHOLD, hold, timeout
constexpr double kMm1Unit = 1e6;  // ticks in one model unit of M/M/1, so that a sum over 1e6 customers stays exact

/** splitmix32: one 32-bit word of state. */
class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed) {}
  double Uniform() {
    state_ += 0x9e3779b9u;
    uint32_t z = state_;
    z = (z ^ (z >> 16)) * 0x21f0aaadu;
    z = (z ^ (z >> 15)) * 0x735a2d97u;
    return (z ^ (z >> 15)) * 0x1p-32;
  }
  int64_t Exponential(double mean) { return static_cast<int64_t>(-std::log(1 - Uniform()) * mean); }
  uint32_t State() const { return state_; }

 private:
  uint32_t state_;
};

/** One step of the order-sensitive checksum. */
inline int32_t Fold(int32_t hash, int32_t value) {
  return static_cast<int32_t>(static_cast<uint32_t>(hash) * 31u + static_cast<uint32_t>(value));
}

/** `size` delays in ticks of the named hold distribution. */
inline std::vector<int64_t> HoldDelays(const std::string& name, int size) {
  Random random(1);
  std::vector<int64_t> delays;
  delays.reserve(size);
  for (int i = 0; i < size; i++) {
    const double u = random.Uniform();
    double ticks = 1;  // ties
    if (name == "exp") ticks = -std::log(1 - u) * kUnit;
    if (name == "uniform") ticks = 2 * u * kUnit;
    if (name == "narrow") ticks = (0.9 + 0.2 * u) * kUnit;
    if (name == "bimodal") {
      const double v = random.Uniform();
      ticks = u < 0.9 ? 0.1 * v * kUnit : (9 + 2 * v) * kUnit;
    }
    if (name == "triangular") ticks = (u + random.Uniform()) * kUnit;
    if (name == "pareto") ticks = std::pow(1 - u, -1 / 1.2) * kUnit;
    if (name == "hw") {
      const double v = random.Uniform();
      ticks = u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.95 ? 2 + std::floor(v * 98) : 10000;
    }
    delays.push_back(static_cast<int64_t>(ticks));
  }
  return delays;
}

/** Wall and processor seconds. */
struct Elapsed {
  double wall;
  double cpu;
};

/** Time since construction. */
class Stopwatch {
 public:
  Elapsed Read() const {
    const auto now = std::chrono::steady_clock::now();
    return {std::chrono::duration<double>(now - wall_).count(), static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC};
  }

 private:
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  std::clock_t cpu_ = std::clock();
};

/** Prints the sample: work done, the checksum, time of the timed part, peak resident memory. */
inline void Report(int64_t count, double checksum, Elapsed elapsed) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"count\":%lld,\"checksum\":%.0f,\"seconds\":%.9g,\"cpuSeconds\":%.9g,\"rssMb\":%.1f}\n",
              static_cast<long long>(count), checksum, elapsed.wall, elapsed.cpu, usage.ru_maxrss / 1024.0);
}
