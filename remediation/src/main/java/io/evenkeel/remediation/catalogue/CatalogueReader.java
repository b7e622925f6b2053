package io.evenkeel.remediation.catalogue;

import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.remediation.runbook.Document;
import io.evenkeel.remediation.runbook.Problems;
import io.evenkeel.remediation.runbook.YamlMap;
import io.evenkeel.remediation.runbook.YamlNode;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.CatalogueConfig.CataloguedService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the services and metrics of catalogue.yaml; its endpoints are read by the executors' side. */
final class CatalogueReader {
    private final Problems problems;

    CatalogueReader(Problems problems) {
        this.problems = problems;
    }

    CatalogueConfig read(YamlNode root, String contentHash) {
        YamlMap document = Document.open(root, "Catalogue", problems);
        document.optional("metadata");
        document.optional("endpoints");
        List<CataloguedService> services = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (YamlMap map : document.maps("services", "service")) {
            CataloguedService service = service(map);
            if (!seen.add(service.service())) {
                map.problem("service " + service.service() + " is there twice", "each service once", "remove one");
            }
            services.add(service);
        }
        List<String> metrics = new ArrayList<>();
        for (YamlMap map : document.maps("metrics", "metric")) {
            String name = map.text("name");
            map.finish();
            if (!name.isBlank()) {
                metrics.add(name.strip());
            }
        }
        document.finish();
        return new CatalogueConfig(contentHash, services, metrics);
    }

    private static CataloguedService service(YamlMap map) {
        ServiceKey key = new ServiceKey(
                map.text("environment", ServiceKey.DEFAULT_ENVIRONMENT), map.text("namespace", ""), map.text("name"));
        CataloguedService service = new CataloguedService(
                key.id(), map.integer("tier", 0, 3, 2), map.text("owner", ""), map.flag("userFacing", false));
        map.finish();
        return service;
    }
}
