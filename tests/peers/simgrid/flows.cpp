// Flows on links, each between two hosts of its own. Input: number of links, then for each its bandwidth and 1 when it is fat; number of
// flows, then for each its start, size, number of links and their numbers. Prints the completion times.
#include <cstdio>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

int main(int argc, char** argv)
{
  sg4::Engine engine(&argc, argv);
  auto* zone = sg4::create_full_zone("world");
  int links = 0;
  int flows = 0;
  std::vector<sg4::Link*> link;
  if (std::scanf("%d", &links) != 1)
    return 1;
  for (int l = 0; l < links; l++) {
    double bandwidth;
    int fat;
    if (std::scanf("%lf %d", &bandwidth, &fat) != 2)
      return 1;
    auto* made = zone->create_link("link" + std::to_string(l), bandwidth)->set_latency(0);
    if (fat == 1)
      made->set_sharing_policy(sg4::Link::SharingPolicy::FATPIPE);
    link.push_back(made->seal());
  }
  if (std::scanf("%d", &flows) != 1)
    return 1;
  std::vector<double> end(flows);
  for (int f = 0; f < flows; f++) {
    double start, size;
    int hops;
    if (std::scanf("%lf %lf %d", &start, &size, &hops) != 3)
      return 1;
    std::vector<sg4::LinkInRoute> route;
    for (int h = 0; h < hops; h++) {
      int l;
      if (std::scanf("%d", &l) != 1)
        return 1;
      route.emplace_back(link[l]);
    }
    auto* from = zone->create_host("from" + std::to_string(f), 1e9);
    auto* to = zone->create_host("to" + std::to_string(f), 1e9);
    zone->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, route, false);
    sg4::Actor::create("flow" + std::to_string(f), from, [=, &end] {
      if (start > 0)
        sg4::this_actor::sleep_until(start);
      auto comm = sg4::Comm::sendto_init(from, to);
      comm->set_payload_size(static_cast<uint64_t>(size));
      comm->wait();
      end[f] = sg4::Engine::get_clock();
    });
  }
  zone->seal();
  engine.run();
  for (double time : end)
    std::printf("%.12g\n", time);
  return 0;
}
