/** Value types of the OCI distribution and image specifications. */
@NullMarked
package dev.breakwater.core.oci;

import org.jspecify.annotations.NullMarked;
