package dev.breakwater.storage.sql;

/**
 * A step of the schema, as a database or a program has it.
 *
 * @param checksum SHA-256 of the step's file, in hexadecimal
 */
public record SchemaStep(int number, String name, String checksum) {}
