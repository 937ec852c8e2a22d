// Uneven all-to-all on a star: every host has an up and a down link of 1 GB/s without latency.
// usage: simgrid HOSTS; prints the sum of completion times, the last one, and the wall time of building and running.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

int main(int argc, char** argv)
{
  sg4::Engine e(&argc, argv);
  const int hosts = argc > 1 ? std::atoi(argv[1]) : 128;
  std::vector<double> size(static_cast<size_t>(hosts) * hosts);
  unsigned long long x = 12345;
  for (double& s : size) {
    x = (x * 1103515245ULL + 12345ULL) % 2147483648ULL;
    s = 1e6 + static_cast<double>(x % 1000000000ULL) / 100;
  }
  const auto start = std::chrono::steady_clock::now();
  auto* zone = sg4::create_full_zone("world");
  std::vector<sg4::Host*> host;
  std::vector<sg4::Link*> up, down;
  for (int i = 0; i < hosts; i++) {
    host.push_back(zone->create_host("h" + std::to_string(i), 1e9));
    up.push_back(zone->create_link("up" + std::to_string(i), 1e9)->set_latency(0)->seal());
    down.push_back(zone->create_link("dn" + std::to_string(i), 1e9)->set_latency(0)->seal());
  }
  for (int i = 0; i < hosts; i++)
    for (int j = 0; j < hosts; j++)
      if (i != j)
        zone->add_route(host[i]->get_netpoint(), host[j]->get_netpoint(), nullptr, nullptr,
                        {sg4::LinkInRoute(up[i]), sg4::LinkInRoute(down[j])}, false);
  zone->seal();
  double sum = 0, last = 0;
  long done = 0;
  sg4::Actor::create("main", host[0], [&] {
    std::vector<sg4::CommPtr> comms;
    for (int i = 0; i < hosts; i++)
      for (int j = 0; j < hosts; j++)
        if (i != j) {
          auto comm = sg4::Comm::sendto_init(host[i], host[j]);
          comm->set_payload_size(static_cast<uint64_t>(size[static_cast<size_t>(i) * hosts + j]));
          comm->start();
          comms.push_back(comm);
        }
    for (auto const& comm : comms)
      comm->wait();
    for (auto const& comm : comms) {
      const double end = comm->get_finish_time();
      sum += end;
      last = std::max(last, end);
      done++;
    }
  });
  e.run();
  const double wall = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  std::printf("{\"done\": %ld, \"sum\": %.12g, \"last\": %.12g, \"ms\": %.1f}\n", done, sum, last, wall);
  return 0;
}
