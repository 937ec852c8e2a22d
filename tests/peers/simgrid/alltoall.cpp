// Uneven all-to-all on a star: every host has an up and a down link of 1 GB/s without latency.
// Argument: number of hosts. Sizes come from stdin, one for each ordered pair of different hosts.
// Prints the processor time of building and running in milliseconds, then the completion times in the order of the sizes.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

int main(int argc, char** argv)
{
  sg4::Engine engine(&argc, argv);
  const int hosts = std::atoi(argv[1]);
  std::vector<double> size(static_cast<size_t>(hosts) * (hosts - 1));
  for (double& s : size)
    if (std::scanf("%lf", &s) != 1)
      return 1;
  const std::clock_t start = std::clock();
  auto* zone = sg4::create_full_zone("world");
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
    for (int i = 0; i < hosts; i++)
      for (int j = 0; j < hosts; j++)
        if (i != j) {
          auto comm = sg4::Comm::sendto_init(host[i], host[j]);
          comm->set_payload_size(static_cast<uint64_t>(size[comms.size()]));
          comm->start();
          comms.push_back(comm);
        }
    for (auto const& comm : comms)
      comm->wait();
  });
  engine.run();
  std::printf("%.3f\n", 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  for (auto const& comm : comms)
    std::printf("%.12g\n", comm->get_finish_time());
  return 0;
}
