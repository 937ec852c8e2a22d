// The benchmarks in ns-3's core: ns3 <scheduler> <workload> <parameters...>, one result line on stdout.
#include <deque>

#include "common.h"
#include "ns3/core-module.h"

using ns3::EventId;
using ns3::Simulator;
using ns3::Time;

namespace {

std::vector<double> args;
Random rng(1);
int64_t count = 0;

Elapsed RunTimed() {
  const Stopwatch watch;
  Simulator::Run();
  return watch.Read();
}

namespace phold {  // logical processes, events per process, end in units
constexpr double kRemote = 0.25;
constexpr int64_t kLookahead = 100'000'000;
constexpr double kMean = 0.9 * kUnit;
std::vector<uint32_t> handled;

void Handle(uint32_t lp) {
  handled[lp]++;
  count++;
  const uint32_t to = rng.Uniform() <= kRemote ? static_cast<uint32_t>(rng.Uniform() * handled.size()) : lp;
  Simulator::Schedule(Time(kLookahead + rng.Exponential(kMean)), &Handle, to);
}

void Run() {
  handled.assign(static_cast<size_t>(args[0]), 0);
  Simulator::Stop(Time(static_cast<int64_t>(args[2] * kUnit)));
  for (uint32_t lp = 0; lp < handled.size(); lp++)
    for (int i = 0; i < args[1]; i++) Simulator::Schedule(Time(kLookahead + rng.Exponential(kMean)), &Handle, lp);
  const Elapsed elapsed = RunTimed();
  int32_t checksum = static_cast<int32_t>(rng.State());
  for (const uint32_t n : handled) checksum = Fold(checksum, static_cast<int32_t>(n));
  Report(count, checksum, elapsed);
}
}  // namespace phold

namespace hold {  // pending events, holds; the event set alone
void Run(const std::string& scheduler, const std::string& distribution) {
  const int pending = static_cast<int>(args[0]);
  const int holds = static_cast<int>(args[1]);
  const int mask = (1 << 16) - 1;
  const std::vector<int64_t> delays = HoldDelays(distribution, mask + 1);
  ns3::ObjectFactory factory(scheduler);
  const auto set = factory.Create<ns3::Scheduler>();
  uint32_t next = 0;
  for (int id = 0; id < pending; id++) {
    set->Insert({nullptr, {static_cast<uint64_t>(delays[next & mask]), next, static_cast<uint32_t>(id)}});
    next++;
  }
  int32_t checksum = 0;
  const auto run = [&](int n) {
    for (int i = 0; i < n; i++) {
      ns3::Scheduler::Event event = set->RemoveNext();
      checksum = Fold(checksum, static_cast<int32_t>(event.key.m_context));
      event.key.m_ts += delays[next & mask];
      event.key.m_uid = next++;
      set->Insert(event);
    }
  };
  run(2 * pending);
  const Stopwatch watch;
  run(holds);
  Report(holds, checksum, watch.Read());
  std::fflush(stdout);
  std::_Exit(0);  // the set holds null events that its destructor would unreference
}
}  // namespace hold

namespace mm1 {  // customers
Random arrivals(1), services(2);
std::deque<int64_t> queue;
int64_t total = 0;
double left = 0;

void Depart() {
  total += Simulator::Now().GetTimeStep() - queue.front();
  count++;
  queue.pop_front();
  if (!queue.empty()) Simulator::Schedule(Time(services.Exponential(kMm1Unit)), &Depart);
}

void Arrive() {
  queue.push_back(Simulator::Now().GetTimeStep());
  if (queue.size() == 1) Simulator::Schedule(Time(services.Exponential(kMm1Unit)), &Depart);
  if (--left > 0) Simulator::Schedule(Time(arrivals.Exponential(kMm1Unit / 0.9)), &Arrive);
}

void Run() {
  left = args[0];
  Simulator::Schedule(Time(arrivals.Exponential(kMm1Unit / 0.9)), &Arrive);
  const Elapsed elapsed = RunTimed();
  Report(count, static_cast<double>(total), elapsed);
}
}  // namespace mm1

namespace token {  // players, messages, delay: ping-pong is a ring of two
std::vector<uint32_t> received;
int64_t left;
Time delay;

void Receive(uint32_t player) {
  received[player]++;
  count++;
  if (--left > 0) Simulator::Schedule(delay, &Receive, static_cast<uint32_t>((player + 1) % received.size()));
}

void Run() {
  received.assign(static_cast<size_t>(args[0]), 0);
  left = static_cast<int64_t>(args[1]);
  delay = Time(static_cast<int64_t>(args[2]));
  Simulator::Schedule(delay, &Receive, 0u);
  const Elapsed elapsed = RunTimed();
  int32_t checksum = static_cast<int32_t>(Simulator::Now().GetTimeStep());
  for (const uint32_t n : received) checksum = Fold(checksum, static_cast<int32_t>(n));
  Report(count, checksum, elapsed);
}
}  // namespace token

namespace storm {  // timers, share cancelled, rounds
int32_t checksum = 0;

void Fire(uint32_t timer) { checksum = Fold(checksum, static_cast<int32_t>(timer)); }

void Run() {
  const auto timers = static_cast<uint32_t>(args[0]);
  std::vector<EventId> ids(timers);
  const Stopwatch watch;
  for (int round = 0; round < args[2]; round++) {
    for (uint32_t i = 0; i < timers; i++)
      ids[i] = Simulator::Schedule(Time(static_cast<int64_t>(rng.Uniform() * kUnit)), &Fire, i);
    for (EventId& id : ids)
      if (rng.Uniform() < args[1]) id.Cancel();
    Simulator::Run();
  }
  Report(static_cast<int64_t>(timers * args[2]), checksum, watch.Read());
}
}  // namespace storm

namespace rearm {  // timers, re-arms of each
constexpr int64_t kTimeout = 1000;
std::vector<EventId> timers;
int round = 0;
int64_t fired = 0;

void Fire(uint32_t) { fired++; }

void Drive() {
  for (uint32_t i = 0; i < timers.size(); i++) {
    timers[i].Cancel();
    timers[i] = Simulator::Schedule(Time(kTimeout), &Fire, i);
  }
  count += static_cast<int64_t>(timers.size());
  if (++round < args[1]) Simulator::Schedule(Time(1), &Drive);
}

void Run() {
  timers.resize(static_cast<size_t>(args[0]));
  for (uint32_t i = 0; i < timers.size(); i++) timers[i] = Simulator::Schedule(Time(kTimeout), &Fire, i);
  Simulator::Schedule(Time(1), &Drive);
  const Elapsed elapsed = RunTimed();
  Report(count, static_cast<double>(fired), elapsed);
}
}  // namespace rearm

namespace timeout {  // conversations, replies
std::vector<EventId> timers;
int64_t expired = 0;

void Expire() { expired++; }
void Request(uint32_t conversation);

void Reply(uint32_t conversation) {
  timers[conversation].Cancel();
  if (++count < args[1]) Request(conversation);
}

void Request(uint32_t conversation) {
  timers[conversation] = Simulator::Schedule(Time(static_cast<int64_t>(100 * kUnit)), &Expire);
  Simulator::Schedule(Time(rng.Exponential(kUnit)), &Reply, conversation);
}

void Run() {
  timers.resize(static_cast<size_t>(args[0]));
  for (uint32_t i = 0; i < timers.size(); i++) Request(i);
  const Elapsed elapsed = RunTimed();
  Report(count, static_cast<double>(expired) + rng.State(), elapsed);
}
}  // namespace timeout

namespace fan {  // receivers, broadcasts
std::vector<uint32_t> received;
int64_t left;

void Receive(uint32_t receiver) {
  received[receiver]++;
  count++;
}

void Broadcast() {
  for (uint32_t i = 0; i < received.size(); i++) Simulator::ScheduleNow(&Receive, i);
  if (--left > 0) Simulator::Schedule(Time(1), &Broadcast);
}

void Run() {
  received.assign(static_cast<size_t>(args[0]), 0);
  left = static_cast<int64_t>(args[1]);
  Simulator::Schedule(Time(1), &Broadcast);
  const Elapsed elapsed = RunTimed();
  int32_t checksum = static_cast<int32_t>(Simulator::Now().GetTimeStep());
  for (const uint32_t n : received) checksum = Fold(checksum, static_cast<int32_t>(n));
  Report(count, checksum, elapsed);
}
}  // namespace fan

namespace clocked {  // components, cycles, cycles between ticks of the sleeping half
constexpr int64_t kPeriod = 1000;
std::vector<uint32_t> ticks;

void Tick(uint32_t component) {
  ticks[component]++;
  Simulator::Schedule(Time(component % 2 == 0 ? kPeriod : kPeriod * static_cast<int64_t>(args[2])), &Tick, component);
}

void Run() {
  ticks.assign(static_cast<size_t>(args[0]), 0);
  Simulator::Stop(Time(static_cast<int64_t>(args[1]) * kPeriod));
  for (uint32_t i = 0; i < ticks.size(); i++) Simulator::ScheduleNow(&Tick, i);
  const Elapsed elapsed = RunTimed();
  int32_t checksum = 0;
  for (const uint32_t n : ticks) checksum = Fold(checksum, static_cast<int32_t>(n));
  Report(static_cast<int64_t>(args[0] * args[1]), checksum, elapsed);
}
}  // namespace clocked

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string scheduler = argv[1];
  const std::string workload = argv[2];
  const bool isHold = workload == "hold";
  for (int i = isHold ? 4 : 3; i < argc; i++) args.push_back(std::atof(argv[i]));
  if (isHold) hold::Run(scheduler, argv[3]);
  Simulator::SetScheduler(ns3::ObjectFactory(scheduler));
  if (workload == "phold") phold::Run();
  if (workload == "mm1") mm1::Run();
  if (workload == "token") token::Run();
  if (workload == "storm") storm::Run();
  if (workload == "rearm") rearm::Run();
  if (workload == "timeout") timeout::Run();
  if (workload == "fan-out") fan::Run();
  if (workload == "clocked") clocked::Run();
  Simulator::Destroy();
}
