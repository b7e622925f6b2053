package io.evenkeel.wire.event;

import java.util.List;

/**
 * The part of the people-owned configuration that the jobs need, published by the lease holder under
 * {@link Topics#CONFIG_CATALOGUE}.
 *
 * @param contentHash SHA-256 of the configuration directory, hex
 * @param services catalogued services
 * @param metrics globs of metric names whose signals are rolled up at 1 min, for example {@code jvm.*}
 */
public record CatalogueConfig(String contentHash, List<CataloguedService> services, List<String> metrics) {
    public CatalogueConfig {
        services = List.copyOf(services);
        metrics = List.copyOf(metrics);
    }

    /**
     * @param service service id, {@code environment/namespace/name}
     * @param tier 0 (most vital) to 3
     * @param owner team, empty when nobody is named
     * @param userFacing true when users call it directly: its errors and waits are harm
     */
    public record CataloguedService(String service, int tier, String owner, boolean userFacing) {}
}
