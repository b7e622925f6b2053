package io.evenkeel.learning.cause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.topology.CallEdge;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Own = seen minus explained, worked by hand. */
class OwnExcessTest {
    private static final ServiceKey FRONT = service("front");
    private static final ServiceKey CHECKOUT = service("checkout");
    private static final ServiceKey PAYMENT = service("payment");
    private static final ServiceKey CATALOG = service("catalog");
    private static final CallGraph GRAPH =
            CallGraph.of(List.of(edge(FRONT, CATALOG, 30), edge(FRONT, CHECKOUT, 10), edge(CHECKOUT, PAYMENT, 10)));

    @Test
    void theCallersViewOfAnEdgeIsTakenAsItIs() {
        var excess = of(
                Map.of(PAYMENT, 5.0, CHECKOUT, 4.8, FRONT, 4.9),
                Map.of(id(CHECKOUT, PAYMENT), 5.0, id(FRONT, CHECKOUT), 4.8));
        assertThat(excess.get(PAYMENT).own()).isEqualTo(5);
        assertThat(excess.get(PAYMENT).gap()).isZero();
        assertThat(excess.get(CHECKOUT).own()).isCloseTo(-0.2, within(1e-9));
        assertThat(excess.get(CHECKOUT).explainedBy()).containsExactly(Map.entry(PAYMENT, 5.0));
        assertThat(excess.get(FRONT).own()).isCloseTo(0.1, within(1e-9));
    }

    @Test
    void withoutACallersViewTheCalleesImpactIsSharedOutByCalls() {
        CallGraph shared = CallGraph.of(List.of(edge(FRONT, PAYMENT, 3), edge(CHECKOUT, PAYMENT, 1)));
        var excess = OwnExcess.of(Map.of(PAYMENT, 8.0, FRONT, 7.0, CHECKOUT, 2.0), Map.of(), shared).stream()
                .collect(Collectors.toMap(OwnExcess.Excess::service, OwnExcess.Excess::own));
        assertThat(excess)
                .containsEntry(FRONT, 1.0)
                .containsEntry(CHECKOUT, 0.0)
                .containsEntry(PAYMENT, 8.0);
    }

    /** The caller's finding has not come yet: what its callee passes on still explains the service above. */
    @Test
    void aMissingLinkPassesTroubleOn() {
        var excess = of(Map.of(PAYMENT, 5.0, FRONT, 5.0), Map.of());
        assertThat(excess.get(FRONT).own()).isZero();
        assertThat(excess.get(PAYMENT).own()).isEqualTo(5);
    }

    @Test
    void whatOnlyCallersSeeIsAGapOfTheCallee() {
        var excess = of(Map.of(FRONT, 15.0), Map.of(id(FRONT, CATALOG), 15.0));
        assertThat(excess.get(CATALOG).gap()).isEqualTo(15);
        assertThat(excess.get(CATALOG).own()).isZero();
        assertThat(excess.get(FRONT).own()).isZero();
    }

    @Test
    void aCallerWhoseEveryCallGoesWrongToWellCalleesIsItselfThePlace() {
        var excess = of(Map.of(FRONT, 40.0), Map.of(id(FRONT, CATALOG), 30.0, id(FRONT, CHECKOUT), 10.0));
        assertThat(excess.get(FRONT).own()).isEqualTo(40);
        assertThat(excess.get(CATALOG).gap()).isZero();
        assertThat(excess.get(CHECKOUT).gap()).isZero();
    }

    @Test
    void servicesThatCallEachOtherInACircleDoNotLoop() {
        CallGraph circle = CallGraph.of(List.of(edge(FRONT, CHECKOUT, 1), edge(CHECKOUT, FRONT, 1)));
        var excess = OwnExcess.of(Map.of(FRONT, 3.0), Map.of(), circle);
        assertThat(excess).hasSize(1);
        assertThat(excess.get(0).total()).isEqualTo(3);
    }

    private static Map<ServiceKey, OwnExcess.Excess> of(Map<ServiceKey, Double> seen, Map<String, Double> edges) {
        return OwnExcess.of(seen, edges, GRAPH).stream()
                .collect(Collectors.toMap(OwnExcess.Excess::service, Function.identity()));
    }

    private static ServiceKey service(String name) {
        return new ServiceKey("demo", "shop", name);
    }

    private static String id(ServiceKey caller, ServiceKey callee) {
        return caller.id() + '>' + callee.id();
    }

    private static CallEdge edge(ServiceKey caller, ServiceKey callee, double rate) {
        return new CallEdge(caller, callee, "http", rate, Instant.EPOCH);
    }
}
