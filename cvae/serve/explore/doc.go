// Package explore is a page on which a click on the latent space answers. It shows the
// aggregate posterior of a run, which is where real responses lie, on the plane of its
// first two principal components, and decodes any place of it.
//
// What the page shows is worked out here; the page only draws.
package explore
