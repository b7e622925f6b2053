package io.evenkeel.remediation.catalogue;

import io.evenkeel.remediation.notify.Route;
import io.evenkeel.remediation.runbook.Expansion;
import io.evenkeel.remediation.runbook.Problem;
import io.evenkeel.remediation.runbook.Problems;
import io.evenkeel.remediation.runbook.YamlFile;
import io.evenkeel.wire.event.CatalogueConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads catalogue.yaml and routes.yaml. A file that is absent is empty; a file that is wrong is a list of problems. */
public final class CatalogueDirectory {
    private final Expansion expansion;

    /**
     * @param expansion values of <code>${…}</code> in addresses and file names
     */
    public CatalogueDirectory(Expansion expansion) {
        this.expansion = expansion;
    }

    /**
     * @param catalogue services and metrics, to be published to the jobs
     * @param routes where pages go
     * @param problems all that is wrong; then the others must not come into force
     */
    public record Loaded(CatalogueConfig catalogue, List<Route> routes, List<Problem> problems) {
        public Loaded {
            routes = List.copyOf(routes);
            problems = List.copyOf(problems);
        }
    }

    /**
     * @param contentHash hash of the whole directory, which the jobs show as the version in force
     */
    public Loaded load(Path directory, String contentHash) {
        Problems problems = new Problems();
        CatalogueConfig catalogue = read(directory, "catalogue.yaml", problems)
                .map(root -> new CatalogueReader(problems).read(root, contentHash))
                .orElseGet(() -> new CatalogueConfig(contentHash, List.of(), List.of()));
        List<Route> routes = read(directory, "routes.yaml", problems)
                .map(root -> new RoutesReader(expansion, problems).read(root))
                .orElse(List.of());
        return new Loaded(catalogue, routes, problems.list());
    }

    private static Optional<io.evenkeel.remediation.runbook.YamlNode> read(
            Path directory, String name, Problems problems) {
        Path file = directory.resolve(name);
        return Files.exists(file) ? YamlFile.read(file, name, problems) : Optional.empty();
    }
}
