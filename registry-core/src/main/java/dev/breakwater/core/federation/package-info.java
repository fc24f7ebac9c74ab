/** Rules by which tokens of other issuers act as robots. */
@NullMarked
package dev.breakwater.core.federation;

import org.jspecify.annotations.NullMarked;
