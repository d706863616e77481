// Package op holds the gorgonia operations of the model. Time lives inside
// them: a sequence op takes the current batch by reference, runs its recurrent
// steps on the kernels and shows the graph one matrix whose shape depends on
// the batch size alone.
//
// Big parameters are Weights, read by reference; the gradient ops add into
// Weight.Grad. The graph itself carries small matrices only.
package op
