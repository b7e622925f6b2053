package io.evenkeel.testbed.shop;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a shop process is told by environment variables; the platform sets them, see {@code testbed/README.md}.
 *
 * @param port {@code SHOP_PORT} where it serves, loopback
 * @param healthPort {@code SHOP_HEALTH_PORT} where it answers {@code GET /healthz}
 * @param registry {@code SHOP_REGISTRY} file of the replicas of every role
 * @param table {@code SHOP_TABLE} file of this role's reference data
 * @param seed {@code SHOP_SEED} of everything drawn by chance
 * @param parentPid {@code SHOP_PARENT_PID} the process to live with; 0 for none
 * @param products {@code SHOP_PRODUCTS} number of products
 * @param databaseUrl {@code INVENTORY_JDBC_URL}; only inventory needs the three
 * @param databaseUser {@code INVENTORY_USER}
 * @param databasePasswordFile {@code INVENTORY_PASSWORD_FILE}
 */
record ShopEnvironment(
        int port,
        int healthPort,
        Path registry,
        Path table,
        long seed,
        long parentPid,
        int products,
        @Nullable String databaseUrl,
        @Nullable String databaseUser,
        @Nullable Path databasePasswordFile) {

    /** @throws IllegalArgumentException naming the variable that is missing */
    static ShopEnvironment of(Map<String, String> variables) {
        String passwordFile = variables.get("INVENTORY_PASSWORD_FILE");
        return new ShopEnvironment(
                Integer.parseInt(require(variables, "SHOP_PORT")),
                Integer.parseInt(require(variables, "SHOP_HEALTH_PORT")),
                Path.of(require(variables, "SHOP_REGISTRY")),
                Path.of(require(variables, "SHOP_TABLE")),
                Long.parseLong(variables.getOrDefault("SHOP_SEED", "1")),
                Long.parseLong(variables.getOrDefault("SHOP_PARENT_PID", "0")),
                Integer.parseInt(variables.getOrDefault("SHOP_PRODUCTS", "400")),
                variables.get("INVENTORY_JDBC_URL"),
                variables.get("INVENTORY_USER"),
                passwordFile == null ? null : Path.of(passwordFile));
    }

    private static String require(Map<String, String> variables, String name) {
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("environment variable " + name + " is required");
        }
        return value;
    }
}
