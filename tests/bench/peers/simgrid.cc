// The benchmarks that are natural in SimGrid's actor interface: simgrid <workload> <parameters...>, one result line on stdout.
#include <simgrid/s4u.hpp>

#include <deque>

#include "common.h"

namespace sg4 = simgrid::s4u;

namespace {

std::vector<double> args;
int64_t count = 0;

/** One zone of `hosts` hosts; a message between different hosts takes `latency` seconds, one inside a host none. */
std::vector<sg4::Host*> MakeHosts(int hosts, double latency) {
  auto* zone = sg4::create_star_zone("zone");
  std::vector<sg4::Host*> result;
  for (int i = 0; i < hosts; i++) {
    auto* host = zone->create_host("host" + std::to_string(i), 1e9)->seal();
    const auto* link = zone->create_link("link" + std::to_string(i), 1e15)->set_latency(latency)->seal();
    zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, {sg4::LinkInRoute(link)}, false);
    zone->add_route(nullptr, host->get_netpoint(), nullptr, nullptr, {}, false);
    result.push_back(host);
  }
  zone->seal();
  return result;
}

Elapsed RunTimed() {
  const Stopwatch watch;
  sg4::Engine::get_instance()->run();
  return watch.Read();
}

namespace token {  // players, messages, delay; mailboxes over the network model, a link of 1 s standing for the delay
std::vector<uint32_t> received;
int64_t left;
double end = 0;

void Play(uint32_t player, sg4::Mailbox* own, sg4::Mailbox* next) {
  static int token = 0;
  while (left > 0) {
    own->get<int>();
    received[player]++;
    count++;
    end = sg4::Engine::get_clock();
    if (--left > 0) next->put(&token, 1);
  }
}

void Run() {
  const auto players = static_cast<uint32_t>(args[0]);
  const auto delay = static_cast<int64_t>(args[2]);
  left = static_cast<int64_t>(args[1]);
  received.assign(players, 0);
  const auto hosts = MakeHosts(static_cast<int>(players), delay > 0 ? 1 : 0);
  std::vector<sg4::Mailbox*> boxes;
  for (uint32_t i = 0; i < players; i++) boxes.push_back(sg4::Mailbox::by_name(std::to_string(i)));
  for (uint32_t i = 0; i < players; i++)
    sg4::Actor::create("player", hosts[i], Play, i, boxes[i], boxes[(i + 1) % players])->daemonize();
  sg4::Actor::create("start", hosts[players - 1], [&boxes] {
    static int token = 0;
    boxes[0]->put(&token, 1);
    while (left > 0) sg4::this_actor::sleep_for(1e9);
  });
  const Elapsed elapsed = RunTimed();
  int32_t checksum = static_cast<int32_t>(delay * std::llround(end));
  for (const uint32_t n : received) checksum = Fold(checksum, static_cast<int32_t>(n));
  Report(count, checksum, elapsed);
}
}  // namespace token

namespace mm1 {  // customers; arrival actor, service actor, unbounded queue behind a semaphore
Random arrivals(1), services(2);
std::deque<double> queue;
double total = 0;

void Run() {
  const auto customers = static_cast<int64_t>(args[0]);
  auto* host = MakeHosts(1, 0)[0];
  const auto waiting = sg4::Semaphore::create(0);
  sg4::Actor::create("arrivals", host, [=] {
    for (int64_t i = 0; i < customers; i++) {
      sg4::this_actor::sleep_for(static_cast<double>(arrivals.Exponential(kMm1Unit / 0.9)) / kMm1Unit);
      queue.push_back(sg4::Engine::get_clock());
      waiting->release();
    }
  });
  sg4::Actor::create("service", host, [=] {
    for (int64_t i = 0; i < customers; i++) {
      waiting->acquire();
      sg4::this_actor::sleep_for(static_cast<double>(services.Exponential(kMm1Unit)) / kMm1Unit);
      total += sg4::Engine::get_clock() - queue.front();
      queue.pop_front();
      count++;
    }
  });
  const Elapsed elapsed = RunTimed();
  Report(count, total * kMm1Unit, elapsed);
}
}  // namespace mm1

namespace alltoall {  // hosts; every host sends another size to every other over an up and a down link of 1 GB/s
void Run() {
  const int hosts = static_cast<int>(args[0]);
  auto* zone = sg4::create_full_zone("zone");
  std::vector<sg4::Host*> host;
  std::vector<sg4::Link*> up, down;
  for (int i = 0; i < hosts; i++) {
    host.push_back(zone->create_host("host" + std::to_string(i), 1e9));
    up.push_back(zone->create_link("up" + std::to_string(i), 1e9)->set_latency(0)->seal());
    down.push_back(zone->create_link("down" + std::to_string(i), 1e9)->set_latency(0)->seal());
  }
  for (int i = 0; i < hosts; i++)
    for (int j = 0; j < hosts; j++)
      if (i != j)
        zone->add_route(host[i]->get_netpoint(), host[j]->get_netpoint(), nullptr, nullptr,
                        {sg4::LinkInRoute(up[i]), sg4::LinkInRoute(down[j])}, false);
  zone->seal();
  std::vector<sg4::CommPtr> comms;
  sg4::Actor::create("main", host[0], [&] {
    Random random(1);
    for (int i = 0; i < hosts; i++)
      for (int j = 0; j < hosts; j++)
        if (i != j) {
          auto comm = sg4::Comm::sendto_init(host[i], host[j]);
          comm->set_payload_size(1000000 + static_cast<uint64_t>(random.Uniform() * 1e7));
          comm->start();
          comms.push_back(comm);
        }
    for (const auto& comm : comms) comm->wait();
  });
  const Elapsed elapsed = RunTimed();
  double sum = 0;
  for (const auto& comm : comms) {
    sum += std::round(comm->get_finish_time() * 1e6);
    count++;
  }
  Report(count, sum, elapsed);
}
}  // namespace alltoall

}  // namespace

int main(int argc, char** argv) {
  sg4::Engine engine(&argc, argv);
  sg4::Engine::set_config("network/model:CM02");
  sg4::Engine::set_config("network/TCP-gamma:0");
  sg4::Engine::set_config("network/crosstraffic:0");
  if (argc < 2) return 2;
  const std::string workload = argv[1];
  for (int i = 2; i < argc; i++) args.push_back(std::atof(argv[i]));
  if (workload == "token") token::Run();
  if (workload == "mm1" || workload == "mm1-processes") mm1::Run();
  if (workload == "all-to-all") alltoall::Run();
  std::fflush(stdout);
  std::_Exit(0);  // skips the teardown of blocked actors
}
