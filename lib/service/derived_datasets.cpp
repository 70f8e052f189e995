// SPDX-License-Identifier: Apache-2.0
#include "service/derived_datasets.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "service/neighbours.hpp"

namespace tidegate::service {

namespace {

class Deriver {
 public:
  explicit Deriver(const adf::Factory& factory) : factory_(factory), accesses_(observe(factory)) {}

  DerivedDatasets run() {
    for (std::size_t i = 0; i < accesses_.size(); ++i) {
      const PlacedAccess& one = accesses_[i];
      if (one.kind == Access::Kind::read) continue;
      if (one.kind == Access::Kind::mutate) mutated_.insert(to_lower(one.dataset));
      changing_.add_name(one.dataset, i);
      changing_.add_place(one.place, i);
    }
    for (const PlacedAccess& one : accesses_) {
      if (one.kind == Access::Kind::write && one.target && seen_.insert(to_lower(one.dataset)).second)
        produce(one, mutated_.contains(to_lower(one.dataset)));
    }
    for (const PlacedAccess& one : accesses_) {
      if (one.kind != Access::Kind::read || !seen_.insert(to_lower(one.dataset)).second) continue;
      if (is_changed(one)) {
        produce(one, true);
      } else {
        out_.consumes.push_back({.adf = std::string(one.dataset), .object = one.target});
      }
    }
    return std::move(out_);
  }

 private:
  void produce(const PlacedAccess& one, bool overwritten) {
    const std::size_t index = out_.produces.size();
    out_.produces.push_back({.adf = std::string(one.dataset), .object = one.target, .overwritten = overwritten});
    produced_.add_name(one.dataset, index);
    produced_.add_place(places_.emplace_back(place_of(one)), index);
  }

  Place place_of(const PlacedAccess& one) const {
    return one.target ? place_of_dataset(factory_.objects[*one.target]) : Place();
  }

  bool is_produced(const PlacedAccess& one) const {
    if (!produced_.named(one.dataset).empty()) return true;
    const std::vector<std::size_t> near = produced_.near(one.place);
    return std::ranges::any_of(near, [&](std::size_t i) { return relation(places_[i], one.place) == Relation::certain; });
  }

  // As service.consumer-mutates-input judges it.
  bool is_changed(const PlacedAccess& read) const {
    const auto changes = [&](std::size_t i) { return !is_produced(accesses_[i]); };
    if (std::ranges::any_of(changing_.named(read.dataset), changes)) return true;
    const Place place = place_of(read);
    return std::ranges::any_of(changing_.near(place), [&](std::size_t i) {
      return relation(place, accesses_[i].place) == Relation::certain && changes(i);
    });
  }

  const adf::Factory& factory_;
  const std::vector<PlacedAccess> accesses_;
  Neighbours changing_{}, produced_{};  // indices of accesses, of out_.produces
  std::vector<Place> places_{};         // parallel to out_.produces
  std::set<std::string> mutated_{}, seen_{};
  DerivedDatasets out_{};
};

}  // namespace

DerivedDatasets derive_datasets(const adf::Factory& factory) { return Deriver(factory).run(); }

DerivedDatasets undeclared_datasets(const adf::Factory& factory, const ServiceManifest& manifest) {
  if (manifest.produces_given && manifest.consumes_given) return {};
  DerivedDatasets out = derive_datasets(factory);
  if (manifest.produces_given) out.produces.clear();
  if (manifest.consumes_given) out.consumes.clear();
  const auto is_declared = [&](const DerivedDataset& one) {
    const Place place = one.object ? place_of_dataset(factory.objects[*one.object]) : Place();
    const auto covers = [&](const Produced& other) {
      return equal_ignoring_case(other.adf, one.adf) ||
             (!other.linked_service.empty() && relation(place_of_path(other.linked_service, other.path), place) == Relation::certain);
    };
    return std::ranges::any_of(manifest.produces, covers) ||
           std::ranges::any_of(manifest.consumes, [&](const Consumed& other) { return equal_ignoring_case(other.adf, one.adf); });
  };
  std::erase_if(out.produces, is_declared);
  std::erase_if(out.consumes, is_declared);
  return out;
}

}  // namespace tidegate::service
