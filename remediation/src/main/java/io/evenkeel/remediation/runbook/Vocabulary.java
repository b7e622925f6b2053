package io.evenkeel.remediation.runbook;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names that expressions may use, with their types. Declared as whole dotted names, so that a misspelt field is found
 * when the file is loaded and not at three in the morning.
 */
public final class Vocabulary {
    private static final Map<String, CelType> INCIDENT = Map.ofEntries(
            Map.entry("incident.number", SimpleType.INT),
            Map.entry("incident.severity", SimpleType.STRING),
            Map.entry("incident.pages", SimpleType.BOOL),
            Map.entry("incident.ageSeconds", SimpleType.INT),
            Map.entry("incident.affectedPerSecond", SimpleType.DOUBLE),
            Map.entry("cause.kind", SimpleType.STRING),
            Map.entry("cause.confidence", SimpleType.DOUBLE),
            Map.entry("cause.calibrated", SimpleType.BOOL),
            Map.entry("cause.entity", SimpleType.STRING),
            Map.entry("cause.service", SimpleType.STRING),
            Map.entry("cause.namespace", SimpleType.STRING),
            Map.entry("cause.instance", SimpleType.STRING),
            Map.entry("cause.suffers", SimpleType.BOOL),
            Map.entry("cause.share", SimpleType.DOUBLE),
            Map.entry("change.exists", SimpleType.BOOL),
            Map.entry("change.kind", SimpleType.STRING),
            Map.entry("change.fromVersion", SimpleType.STRING),
            Map.entry("change.toVersion", SimpleType.STRING),
            Map.entry("change.ageSeconds", SimpleType.INT),
            Map.entry("env", SimpleType.STRING),
            Map.entry("risk", SimpleType.STRING),
            Map.entry("runbook", SimpleType.STRING));
    private static final Map<String, CelType> TARGET = Map.of(
            "target.exists", SimpleType.BOOL,
            "target.service", SimpleType.STRING,
            "target.instance", SimpleType.STRING,
            "target.state", SimpleType.STRING,
            "target.version", SimpleType.STRING,
            "target.previousVersions", ListType.create(SimpleType.STRING),
            "target.desired", SimpleType.INT,
            "target.replicas", SimpleType.INT,
            "target.ready", SimpleType.INT,
            "target.healthy", SimpleType.INT);
    private static final Map<String, CelType> LEVELS = Map.of(
            "baseline.lower", SimpleType.DOUBLE,
            "baseline.expected", SimpleType.DOUBLE,
            "baseline.upper", SimpleType.DOUBLE,
            "before", SimpleType.DOUBLE);

    private final Map<String, CelType> types;
    private final boolean levels;

    private Vocabulary(Map<String, CelType> types, boolean levels) {
        this.types = types;
        this.levels = levels;
    }

    /** For triggers: the incident, its first suspect and the latest change of that service. */
    public static Vocabulary triggers() {
        return new Vocabulary(INCIDENT, false);
    }

    /** For policy and approval conditions: as triggers, and the live state of the target. */
    public static Vocabulary policy() {
        return new Vocabulary(join(INCIDENT, TARGET), false);
    }

    /** For preconditions: as policy, and parameters, service levels and the frozen band. */
    public static Vocabulary preconditions(Map<String, ParameterType> parameters) {
        Map<String, CelType> all = join(join(INCIDENT, TARGET), LEVELS);
        parameters.forEach((name, type) -> all.put("params." + name, type.celType()));
        return new Vocabulary(all, true);
    }

    /** For verification: service levels against the band frozen before the onset and the level before the action. */
    public static Vocabulary verification() {
        return new Vocabulary(LEVELS, true);
    }

    Map<String, CelType> types() {
        return types;
    }

    boolean hasLevels() {
        return levels;
    }

    /** Names a parameter may be filled from. */
    static Set<String> incidentNames() {
        return new TreeSet<>(INCIDENT.keySet());
    }

    private static Map<String, CelType> join(Map<String, CelType> one, Map<String, CelType> other) {
        Map<String, CelType> all = new TreeMap<>(one);
        all.putAll(other);
        return all;
    }
}
