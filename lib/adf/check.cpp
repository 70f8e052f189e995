// SPDX-License-Identifier: Apache-2.0
#include "adf/check.hpp"

#include <array>

#include "base/parallel.hpp"

namespace tidegate::adf {

namespace {

using ObjectCheck = void (*)(const Subject&, Diagnostics&);

constexpr std::array<ObjectCheck, 15> object_checks{
    check_name,      check_limits,     check_activities, check_dependencies, check_expressions,
    check_outputs,   check_variables,  check_parameters, check_arguments,    check_types,
    check_sides,     check_values,     check_trigger,    check_recurrence,
    check_data_flow,
};

}  // namespace

void check_factory(const Factory& factory, Diagnostics& diagnostics) {
  const Index index = make_index(factory);
  std::vector<Diagnostics> findings(factory.objects.size());
  for_each_index(findings.size(), [&](std::size_t i) {
    const Object& object = factory.objects[i];
    const std::vector<Use> uses = object.kind == ObjectKind::synapse
                                      ? std::vector<Use>{}
                                      : uses_of(object, index.facts[i]);
    const Subject subject{factory, index, object, index.facts[i], uses};
    for (const ObjectCheck check : object_checks) check(subject, findings[i]);
  });
  for (Diagnostics& some : findings) diagnostics.append(std::move(some));
  check_reference_cycles(factory, index, diagnostics);
  check_unused_objects(factory, index, diagnostics);
}

}  // namespace tidegate::adf
