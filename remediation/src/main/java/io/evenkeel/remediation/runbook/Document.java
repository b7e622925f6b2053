package io.evenkeel.remediation.runbook;

/** The head that every file of the configuration directory has: {@code apiVersion} and {@code kind}. */
public final class Document {
    /** The one version of the formats that this release reads. */
    public static final String API_VERSION = "io.evenkeel/2026-11-01";

    private Document() {}

    /** The document's keys after its head was checked; the caller reads the rest and calls {@link YamlMap#finish()}. */
    public static YamlMap open(YamlNode root, String kind, Problems problems) {
        YamlMap map = YamlMap.of(root, kind, problems);
        String version = map.text("apiVersion");
        if (!version.isEmpty() && !version.equals(API_VERSION)) {
            map.problem("apiVersion", "apiVersion is '" + version + "'", "'" + API_VERSION + "'", "set it so");
        }
        String written = map.text("kind");
        if (!written.isEmpty() && !written.equals(kind)) {
            map.problem("kind", "kind is '" + written + "'", "'" + kind + "'", "set it so, or move the file");
        }
        return map;
    }
}
