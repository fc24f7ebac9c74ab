package dev.breakwater.benchmarks.report;

/**
 * A column of a row's table.
 *
 * @param key its name in the JSON file
 * @param heading with the unit
 * @param decimals how many are printed
 */
public record Metric(String key, String heading, int decimals) {}
