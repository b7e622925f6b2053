package io.evenkeel.ingest.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentityTest {
    @Test
    void theJobOfAnOpenTelemetryExporterIsNamespaceAndName() throws Exception {
        Map<String, String> resource = Identity.byLabels()
                .resource(
                        Map.of("job", "shop/cart", "instance", "cart-7d"),
                        Map.of("deployment_environment_name", "prod", "k8s_cluster_name", "eu"));

        assertThat(resource)
                .containsOnly(
                        Map.entry("service.namespace", "shop"),
                        Map.entry("service.name", "cart"),
                        Map.entry("service.instance.id", "cart-7d"),
                        Map.entry("deployment.environment.name", "prod"));
    }

    @Test
    void labelsOfTheResourceCountMoreThanTheJobAndWhatPeopleSayCountsMost() throws Exception {
        Map<String, String> labels = Map.of(
                "job", "scrape", "service_name", "cart", "service_namespace", "shop", "deployment_environment", "prod");
        Identity told = new Identity("basket", "store", "test", null, Map.of(), Set.of());

        assertThat(Identity.byLabels().resource(labels, Map.of()))
                .containsEntry("service.name", "cart")
                .containsEntry("service.namespace", "shop")
                .containsEntry("deployment.environment.name", "prod");
        assertThat(told.resource(labels, Map.of()))
                .containsEntry("service.name", "basket")
                .containsEntry("service.namespace", "store")
                .containsEntry("deployment.environment.name", "test");
    }

    @Test
    void aLabelMayHoldTheService() throws Exception {
        Identity byApp = new Identity(null, null, null, "app", Map.of(), Set.of());
        Map<String, String> labels = Map.of("job", "kubernetes-pods", "app", "cart", "state", "ready");

        assertThat(byApp.resource(labels, Map.of())).containsEntry("service.name", "cart");
        assertThat(byApp.attributesOf(labels)).containsOnlyKeys("state");
    }

    @Test
    void whatIsLeftAreAttributesUnderTheirOwnNames() {
        Identity identity = new Identity(null, null, null, null, Map.of("queue_kind", "queue.kind"), Set.of("cluster"));

        assertThat(identity.attributesOf(Map.of(
                        "__name__", "x",
                        "job", "shop/cart",
                        "instance", "a",
                        "otel_scope_name", "lib",
                        "cluster", "eu",
                        "http_request_method", "GET",
                        "queue_kind", "fifo",
                        "colour", "red")))
                .containsOnly(
                        Map.entry("http.request.method", "GET"),
                        Map.entry("queue.kind", "fifo"),
                        Map.entry("colour", "red"));
    }

    @Test
    void aSeriesOfNobodyIsRefusedWithTheMend() {
        assertThatThrownBy(() -> Identity.byLabels().resource(Map.of("state", "ready"), Map.of()))
                .isInstanceOf(PrometheusException.class)
                .hasMessageContaining("--service")
                .hasMessageContaining("state=ready");
    }
}
