package tensorboard

import "time"

// versionEvent comes first in a file.
func versionEvent(at time.Time) message {
	m := eventAt(at, 0)
	m.text(3, "brain.Event:2") // Event.file_version
	return m
}

// startEvent makes readers drop what they have read of steps from 0 on.
func startEvent(at time.Time) message {
	var session message
	session.integer(1, 1) // SessionLog.status: START
	m := eventAt(at, 0)
	m.data(7, session) // Event.session_log
	return m
}

func summaryEvent(at time.Time, step int, s summary) message {
	m := eventAt(at, step)
	m.data(5, s) // Event.summary
	return m
}

func eventAt(at time.Time, step int) message {
	var m message
	m.double(1, float64(at.UnixNano())/1e9) // Event.wall_time, seconds
	m.integer(2, step)                      // Event.step
	return m
}

// A summary is a Summary message: values by tag.
type summary message

func value(tag string) message {
	var v message
	v.text(1, tag) // Value.tag
	return v
}

func (s *summary) add(v message) { (*message)(s).data(1, v) } // Summary.value

func (s *summary) scalar(tag string, x float64) {
	v := value(tag)
	v.float(2, float32(x)) // Value.simple_value
	s.add(v)
}

func (s *summary) histogram(tag string, list []float64) {
	if h := histogramOf(list); h != nil {
		v := value(tag)
		v.data(5, h) // Value.histo
		s.add(v)
	}
}

// text adds Markdown, which is a string tensor of no dimensions for the text
// plugin.
func (s *summary) text(tag, markdown string) {
	var plugin, metadata, tensor message
	plugin.text(1, "text")   // PluginData.plugin_name
	metadata.data(1, plugin) // SummaryMetadata.plugin_data
	tensor.integer(1, 7)     // TensorProto.dtype: DT_STRING
	tensor.data(2, nil)      // TensorProto.tensor_shape
	tensor.text(8, markdown) // TensorProto.string_val
	v := value(tag)
	v.data(8, tensor)   // Value.tensor
	v.data(9, metadata) // Value.metadata
	s.add(v)
}
