package dev.breakwater.core.query;

/** By which field a list is ordered, by the name that clients use. */
public record Order(String field, boolean descending) {}
